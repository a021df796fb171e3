-- The history of a project reads what its items, evidence and comments were.
create index item_step_past_project on item_step_past (project_id);
create index evidence_past_project on evidence_past (project_id);
create index comment_past_project on comment_past (project_id);
create index extension_past_project on extension_past (project_id);
create index survey_answer_past_project on survey_answer_past (project_id);

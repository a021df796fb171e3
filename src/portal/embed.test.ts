import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptInFrame, outOfFrame } from './embed.ts';

const links: [from: string, to: string][] = [
  ['<a href="/projects">', '<a href="/projects?embed=1">'],
  ['<a href="/projects?q=a&amp;field=b">', '<a href="/projects?q=a&amp;field=b&amp;embed=1">'],
  ['<a class="x" href="/">', '<a class="x" href="/?embed=1">'],
  ['<a href="/places#t">', '<a href="/places?embed=1#t">'],
  ['<a href="#main">', '<a href="#main">'],
  ['<a href="/open-data/projects.csv">', '<a href="/open-data/projects.csv" target="_blank" rel="noopener">'],
  ['<a href="/sign-in">', '<a href="/sign-in" target="_blank" rel="noopener">'],
  ['<a href="https://a.example/">', '<a href="https://a.example/" target="_blank" rel="noopener">'],
  [
    '<a rel="license" href="https://a.example/">',
    '<a href="https://a.example/" target="_blank" rel="license noopener">',
  ],
  ['<a target="_blank" href="/projects">', '<a target="_blank" href="/projects">'],
  ['<link href="/assets/portal.css">', '<link href="/assets/portal.css">'],
];

test('links stay in the frame, files and other places open a window of their own, all else stays as it is', () => {
  for (const [from, to] of links) assert.equal(keptInFrame(from), to);
});

test('a form of searching keeps the frame; one that sends something is left alone', () => {
  const get = '<form class="filters" method="get" action="/projects">';
  assert.equal(keptInFrame(get), `${get}<input type="hidden" name="embed" value="1">`);
  const post = '<form method="post" action="/preferences">';
  assert.equal(keptInFrame(post), post);
});

test('the way out of the frame is the same page with the same question', () => {
  assert.equal(outOfFrame('/projects?q=a&embed=1'), '/projects?q=a');
  assert.equal(outOfFrame('/?embed=1'), '/');
});

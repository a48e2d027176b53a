// Baton's words in a person's.

import { counted, spoken } from './format.js';

/** What is the case with a broken handoff now: a chip's text and kind. */
export function standing(broken) {
  if (broken.taken_back) return { text: 'told too early', kind: 'good' };
  if (broken.orphan) return { text: 'context dropped', kind: 'orphan' };
  if (broken.completed) return { text: 'completed late', kind: 'late' };
  return { text: broken.picked_up ? 'still running?' : 'still missing', kind: 'open' };
}

const verdicts = {
  silent_sleep: 'nobody picked it up in time',
  missing_completion: 'not completed in time',
  failed: 'its last attempt failed',
  context_dropped: 'a worker ran without the trace context',
};

export const verdict = broken => verdicts[broken.verdict] ?? broken.verdict;

const evidence = {
  none: 'nothing was heard of the job.',
  acknowledged: 'a worker had picked it up.',
  attempt_failed: 'its last attempt ended in an error, and none came after it.',
  received: 'it was fetched, and nothing more was seen.',
  orphans_seen: 'workers of this relay ran without their trace context meanwhile: the job may have run, and lost its context.',
  overtaken: 'a job published later was picked up before it: this one was lost.',
  queued: 'its channel made progress: it may still wait its turn.',
};

export const evidenceOf = broken => broken.evidence in evidence ? `At the deadline: ${evidence[broken.evidence]}` : '';

/** Where to look first. */
export function advice(broken) {
  if (broken.taken_back) return 'The job had been done in time, and its spans came late. Close the page, and raise export_lag.';
  if (broken.orphan) return 'The job most likely ran. Find the hop that lost the traceparent header: a queue, a bridge, or a wake-up that carries only an id.';
  if (broken.completed) return 'The job is done, late. Either the worker was slow, and its spans say where, or the deadline is too tight.';
  if (broken.evidence === 'orphans_seen') return 'Look whether the job has run: something between producer and worker drops the trace context.';
  if (broken.verdict === 'failed') return 'The error is in the trace, at the last attempt.';
  if (broken.verdict === 'silent_sleep' && broken.picked_up) return 'A worker picked it up after all, and has not completed it yet: look at what kept it from waking up in time.';
  if (broken.verdict === 'silent_sleep') return 'Look at the queue and at the worker’s subscription. The worker’s own code never ran for this job, so its logs hold nothing.';
  return broken.picked_up
    ? 'Look at the worker that picked it up; the trace leads to it. The queue did its part.'
    : 'Nobody can tell asleep from running here: look at the queue first, then at the worker. A span that acknowledges the pick-up would tell.';
}

const deadlines = {
  schedule_to_start_timeout: 'to be picked up',
  start_to_close_timeout: 'to complete once picked up',
  schedule_to_close_timeout: 'to complete',
  heartbeat_timeout: 'between two signs of life',
};

export const promise = broken => deadlines[broken.error_type] ?? '';

const blindness = {
  recovery: 'Baton has just started, and waits for what senders have held back meanwhile',
  intake_stopped: 'spans came steadily, and then none did: senders, or the way here, are broken',
  sender_retry: 'nothing came for longer than senders retry',
  backlog: 'judging is behind the journal',
};

export const blind = reasons => reasons.map(reason => blindness[reason] ?? reason).join('; ');

/** "3 were never picked up, 1 was not completed": of what a sum counts. */
export function parts(sum) {
  const said = [];
  if (sum.silent_sleep) said.push(`${counted(sum.silent_sleep, 'was', 'were')} never picked up in time`);
  if (sum.missing_completion) said.push(`${counted(sum.missing_completion, 'was', 'were')} not completed`);
  if (sum.failed) said.push(`${counted(sum.failed, 'failed', 'failed')}`);
  if (sum.taken_back) said.push(`${counted(sum.taken_back, 'was', 'were')} told too early and taken back`);
  return said.join(', ');
}

export const ago = (time, now) => `${spoken((now - time) / 1000)} ago`;

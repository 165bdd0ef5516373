//! The lines that came and were not taken yet.

use std::collections::VecDeque;

use crate::pipes::Chunk;
use crate::splitter::Splitter;
use crate::{Line, Stream};

/// How much is kept while nobody takes lines, in bytes.
const KEPT: usize = 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Lines {
    stdout: Splitter,
    stderr: Splitter,
    waiting: VecDeque<Line>,
    cost: usize,
    dropped: u64,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            stdout: Splitter::new(Stream::Stdout),
            stderr: Splitter::new(Stream::Stderr),
            waiting: VecDeque::new(),
            cost: 0,
            dropped: 0,
        }
    }
}

impl Lines {
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(crate) fn push(&mut self, (stream, bytes): Chunk) {
        let (waiting, total) = (&mut self.waiting, &mut self.cost);
        let emit = |line| {
            *total += cost(&line);
            waiting.push_back(line);
        };
        match stream {
            Stream::Stdout => self.stdout.push(&bytes, emit),
            Stream::Stderr => self.stderr.push(&bytes, emit),
        }
    }

    /// Both streams have ended: what they left without a line ending is a line too.
    pub(crate) fn finish(&mut self) {
        for line in [self.stdout.finish(), self.stderr.finish()].into_iter().flatten() {
            self.cost += cost(&line);
            self.waiting.push_back(line);
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Line> {
        let line = self.waiting.pop_front()?;
        self.cost = self.cost.saturating_sub(cost(&line));
        Some(line)
    }

    /// Gives up the oldest lines above the bound, and counts them.
    pub(crate) fn bound(&mut self) {
        while self.cost > KEPT && self.pop().is_some() {
            self.dropped += 1;
        }
    }
}

fn cost(line: &Line) -> usize {
    line.text.len() + size_of::<Line>()
}

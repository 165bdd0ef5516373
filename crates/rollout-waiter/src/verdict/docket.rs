//! The judgements so far, each made anew only when something about its object has changed.
//!
//! A large rollout changes a thousand times a second, and a verdict on each change must not be a
//! verdict on everything. What [`super::verdict`] says of the same moment is always the same.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::judgement::{Judgement, Verdict};
use super::look::Look;
use crate::key::Key;
use crate::memory::Memory;
use crate::model::Kind;
use crate::objects::Objects;
use crate::policy::Policy;

/// The standing judgements on what is waited for.
#[derive(Debug, Default)]
pub(crate) struct Docket {
    cases: HashMap<Arc<Key>, Case>,
    /// When time alone may change a judgement, and which.
    due: BTreeSet<(Timestamp, Arc<Key>)>,
    failed: usize,
    in_progress: usize,
    /// What is waited for by name and is not there: little, once everything has been listed.
    absent: Vec<Arc<Judgement>>,
    absent_due: Option<Timestamp>,
}

#[derive(Debug)]
struct Case {
    judgement: Arc<Judgement>,
    due: Option<Timestamp>,
}

impl Docket {
    /// Judges what has changed or is due, and says whether any judgement came out differently.
    pub(crate) fn review(
        &mut self,
        objects: &mut Objects,
        memory: &Memory,
        now: Timestamp,
        policy: &Policy,
    ) -> bool {
        let mut changed = false;
        for key in objects.take_stale() {
            changed |= self.judge(key, Look::new(objects, memory, now, policy));
        }
        // What is judged anew is due in the future, so this comes to an end.
        while let Some((_, key)) = self.due.first().filter(|(due, _)| *due <= now) {
            changed |= self.judge(key.clone(), Look::new(objects, memory, now, policy));
        }
        let look = Look::new(objects, memory, now, policy);
        let absent: Vec<_> =
            objects.absent().map(|object| Arc::new(super::judge_absent(&look, object))).collect();
        self.absent_due = look.due();
        if absent != self.absent {
            self.absent = absent;
            changed = true;
        }
        changed
    }

    /// How the whole stands.
    pub(crate) fn verdict(&self, objects: &Objects) -> Verdict {
        let absent = super::whole(self.absent.iter().map(|it| it.verdict), objects.is_complete());
        match absent {
            _ if self.failed > 0 => Verdict::Failed,
            Verdict::Ready if self.in_progress > 0 => Verdict::InProgress,
            absent => absent,
        }
    }

    /// How many of those that are there are unfinished.
    pub(crate) fn in_progress(&self) -> usize {
        self.in_progress
    }

    /// The kinds of what is unfinished.
    pub(crate) fn unfinished_kinds(&self, objects: &Objects) -> BTreeSet<Kind> {
        let is_open = |it: &Judgement| it.verdict == Verdict::InProgress;
        let there = self.cases.iter().filter(|(_, case)| is_open(&case.judgement)).map(|(key, _)| key.kind());
        let absent = objects.absent().zip(&self.absent).filter(|(_, it)| is_open(it)).map(|(it, _)| it.kind);
        there.chain(absent).collect()
    }

    /// When time alone may change a verdict.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.due.first().map(|(due, _)| *due).into_iter().chain(self.absent_due).min()
    }

    /// All of them, in the order in which a person reads; one that stands is the same as before.
    pub(crate) fn judgements(&self, objects: &Objects) -> Vec<Arc<Judgement>> {
        let there = objects.awaited_keys().filter_map(|key| self.cases.get(key)).map(|case| &case.judgement);
        there.chain(&self.absent).cloned().collect()
    }

    /// Judges an object anew, if it is still there, and says whether this is news.
    fn judge(&mut self, key: Arc<Key>, look: Look<'_>) -> bool {
        let case = look
            .objects
            .awaited_at(&key)
            .map(|object| Case { judgement: super::judge(&look, object).into(), due: look.due() });
        self.record(key, case)
    }

    /// Puts a case in the place of an older one, or takes that away, and says whether this is news.
    fn record(&mut self, key: Arc<Key>, case: Option<Case>) -> bool {
        let old = self.cases.get(&key);
        let is_news = old.map(|old| &old.judgement) != case.as_ref().map(|case| &case.judgement);
        if let Some(old) = old {
            self.failed -= usize::from(old.judgement.verdict == Verdict::Failed);
            self.in_progress -= usize::from(old.judgement.verdict == Verdict::InProgress);
            old.due.map(|due| self.due.remove(&(due, key.clone())));
        }
        let Some(case) = case else {
            self.cases.remove(&key);
            return is_news;
        };
        self.failed += usize::from(case.judgement.verdict == Verdict::Failed);
        self.in_progress += usize::from(case.judgement.verdict == Verdict::InProgress);
        case.due.map(|due| self.due.insert((due, key.clone())));
        match self.cases.get_mut(&key) {
            // What stands keeps its place in memory, so that whoever compares need not read it.
            Some(old) if !is_news => old.due = case.due,
            Some(old) => *old = case,
            None => {
                self.cases.insert(key, case);
            }
        }
        is_news
    }
}

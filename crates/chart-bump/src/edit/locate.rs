//! From a path to the one node it means, or the reason why there is none.

use camino::Utf8Path;
use problem::Place;

use super::events::{Events, Kind};
use super::path::{Step, YamlPath};
use crate::error::{BumpError, Refusal};

/// A text with its events and its name, as errors show it.
pub(crate) struct Text<'t> {
    pub(crate) file: &'t Utf8Path,
    pub(crate) text: &'t str,
    pub(crate) events: &'t Events,
}

impl Text<'_> {
    pub(crate) fn place(&self, at: usize) -> Place {
        let bytes = self.events.get(at).map(|event| event.bytes.clone()).unwrap_or_default();
        let shown =
            self.text.get(bytes.clone()).map_or(1, |text| text.lines().next().unwrap_or("").chars().count());
        Place::in_text(self.file, self.text, bytes.start, shown)
    }

    /// The event of the scalar that `path` means; where the file has several documents, the path
    /// must lead somewhere in exactly one of them.
    pub(crate) fn locate(&self, path: &YamlPath) -> Result<usize, BumpError> {
        let mut found: Option<usize> = None;
        let mut missed = None;
        for root in self.events.roots() {
            match self.walk(root, path) {
                Ok(at) => {
                    if let Some(first) = found.replace(at) {
                        let also = self.place(first).line;
                        return Err(BumpError::SeveralMatches {
                            path: path.to_string(),
                            place: self.place(at).into(),
                            also,
                        });
                    }
                }
                Err(miss @ BumpError::NoMatch { .. }) => missed = missed.or(Some(miss)),
                Err(other) => return Err(other),
            }
        }
        let nothing = || BumpError::NoMatch {
            path: path.to_string(),
            missing: path.steps().first().map(ToString::to_string).unwrap_or_default(),
            near: None,
            place: Place::new(self.file, 0, 0).into(),
        };
        found.ok_or_else(|| missed.unwrap_or_else(nothing))
    }

    fn walk(&self, root: usize, path: &YamlPath) -> Result<usize, BumpError> {
        let mut at = root;
        for step in path.steps() {
            self.refuse_alias(at, Refusal::ThroughAlias)?;
            at = match step {
                Step::Key(key) => self.key(at, key, path, step)?,
                Step::Index(index) => {
                    let item = self.sequence(at).and_then(|mut items| items.nth(*index));
                    item.ok_or_else(|| self.miss(at, path, step, None))?
                }
                Step::Where { key, value } => self.item(at, key, value, path, step)?,
            };
        }
        match self.events.get(at).map(|event| &event.kind) {
            Some(Kind::Scalar { .. }) => Ok(at),
            Some(Kind::Alias(_)) => Err(self.refused(at, Refusal::Alias)),
            _ => Err(self.refused(at, Refusal::Collection)),
        }
    }

    fn key(&self, at: usize, key: &str, path: &YamlPath, step: &Step) -> Result<usize, BumpError> {
        if !self.events.get(at).is_some_and(|event| matches!(event.kind, Kind::Mapping { .. })) {
            return Err(self.miss(at, path, step, None));
        }
        if key == "<<" {
            return Err(self.refused(at, Refusal::MergeKey));
        }
        let mut matches = self.events.pairs(at).filter(|(name, _)| self.events.scalar(*name) == Some(key));
        match (matches.next(), matches.next()) {
            (Some((_, value)), None) => return Ok(value),
            (Some(_), Some((again, _))) => return Err(self.refused(again, Refusal::DuplicateKey)),
            (None, _) => {}
        }
        let mut merges = self.events.pairs(at).filter(|(name, _)| self.events.scalar(*name) == Some("<<"));
        if let Some((merge, _)) = merges.next() {
            return Err(self.refused(merge, Refusal::MergeKey));
        }
        let names = self.events.pairs(at).filter_map(|(name, _)| self.events.scalar(name));
        Err(self.miss(at, path, step, crate::near::nearest(key, names)))
    }

    fn item(
        &self,
        at: usize,
        key: &str,
        value: &str,
        path: &YamlPath,
        step: &Step,
    ) -> Result<usize, BumpError> {
        let mut found: Option<usize> = None;
        let mut names = Vec::new();
        for item in self.sequence(at).into_iter().flatten() {
            let Some(name) = self.events.value_of(item, key).and_then(|named| self.events.scalar(named))
            else {
                continue;
            };
            names.push(name);
            if name == value
                && let Some(first) = found.replace(item)
            {
                let also = self.place(first).line;
                return Err(BumpError::SeveralMatches {
                    path: path.to_string(),
                    place: self.place(item).into(),
                    also,
                });
            }
        }
        found.ok_or_else(|| self.miss(at, path, step, crate::near::nearest(value, names)))
    }

    fn sequence(&self, at: usize) -> Option<impl Iterator<Item = usize>> {
        let event = self.events.get(at)?;
        matches!(event.kind, Kind::Sequence { .. }).then(|| self.events.items(at))
    }

    fn miss(&self, at: usize, path: &YamlPath, step: &Step, near: Option<String>) -> BumpError {
        BumpError::NoMatch {
            path: path.to_string(),
            missing: step.to_string(),
            near,
            place: self.place(at).into(),
        }
    }

    fn refuse_alias(&self, at: usize, refusal: Refusal) -> Result<(), BumpError> {
        match self.events.get(at).map(|event| &event.kind) {
            Some(Kind::Alias(_)) => Err(self.refused(at, refusal)),
            _ => Ok(()),
        }
    }

    /// The aliases of every anchor on this node and on the nodes around it.
    pub(crate) fn followers(&self, at: usize) -> Vec<Place> {
        let list = self.events.list().iter().enumerate();
        let around =
            list.clone().filter(|(start, event)| *start <= at && at < event.after && event.anchor != 0);
        let anchors: Vec<usize> = around.map(|(_, event)| event.anchor).collect();
        let follows = |kind: &Kind| matches!(kind, Kind::Alias(anchor) if anchors.contains(anchor));
        list.filter(|(_, event)| follows(&event.kind)).map(|(alias, _)| self.place(alias)).collect()
    }

    pub(crate) fn refused(&self, at: usize, refusal: Refusal) -> BumpError {
        BumpError::Refused { refusal, place: self.place(at).into() }
    }
}

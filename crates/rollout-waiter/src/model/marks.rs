//! The labels and annotations that a rule reads.
//!
//! Objects carry many more, some of them longer than all the rest; those are not kept.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::lenient::Maybe;

/// A label or an annotation that a rule reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Deployments and ReplicaSets: the number of the revision.
    Revision,
    /// Pods of a StatefulSet: the hash of their revision.
    ControllerRevision,
    /// DaemonSets: the generation of the template.
    TemplateGeneration,
    /// Pods of a DaemonSet: the generation of their template.
    PodTemplateGeneration,
    /// Whether a rollout waits for the object, in its author's word: `advisory` or `blocking`.
    Rollout,
}

impl Mark {
    /// The mark of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "deployment.kubernetes.io/revision" => Self::Revision,
            "controller-revision-hash" => Self::ControllerRevision,
            "deprecated.daemonset.template.generation" => Self::TemplateGeneration,
            "pod-template-generation" => Self::PodTemplateGeneration,
            "deploy.jupyterhub.org/rollout" => Self::Rollout,
            _ => return None,
        })
    }
}

/// The marks of one object.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks(Vec<(Mark, String)>);

impl Marks {
    /// What the mark says, or the empty text.
    #[must_use]
    pub fn get(&self, mark: Mark) -> &str {
        self.0.iter().find(|(known, _)| *known == mark).map_or("", |(_, text)| text.as_str())
    }
}

impl<'de> Deserialize<'de> for Marks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Map)
    }
}

struct Map;

impl<'de> Visitor<'de> for Map {
    type Value = Marks;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("labels")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Marks, A::Error> {
        let mut marks = Vec::new();
        while let Some(name) = map.next_key_seed(Name)? {
            match name {
                Some(mark) => marks.extend(map.next_value::<Maybe<String>>()?.0.map(|text| (mark, text))),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        marks.shrink_to_fit();
        Ok(Marks(marks))
    }
}

struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<Mark>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<Mark>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Mark::named(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_rule_reads_is_not_kept() {
        let marks: Marks = serde_json::from_str(
            r#"{"app": "web", "controller-revision-hash": "web-1", "kubectl.kubernetes.io/last-applied-configuration":
                "{}", "deploy.jupyterhub.org/rollout": ["odd"], "more": {"a": 1}}"#,
        )
        .unwrap();
        assert_eq!(marks.get(Mark::ControllerRevision), "web-1");
        assert_eq!(marks.get(Mark::Rollout), "");
        assert_eq!(marks.0.len(), 1);
    }
}

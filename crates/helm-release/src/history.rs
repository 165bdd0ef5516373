//! One line of a history, read without unpacking more of a release than it takes.

use std::io::{BufReader, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::read::DecoderReader;
use flate2::read::GzDecoder;
use jiff::Timestamp;
use serde::de::{DeserializeSeed, Deserializer as _, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::codec::{GZIP, LIMIT};
use crate::document::time;
use crate::{Error, Release, Revision, Status};

/// What `helm history` prints in place of a chart that a release does not name.
const MISSING: &str = "MISSING";

/// One revision as `helm history` lists it; serialises to a row of `helm history -o json`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct HistoryEntry {
    /// The revision.
    pub revision: Revision,
    /// When it was last deployed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Its status.
    pub status: Status,
    /// The chart, as `name-version`.
    pub chart: String,
    /// The version of what the chart installs.
    pub app_version: String,
    /// The revision that it went back to; told by Helm from 4.3 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback_revision: Option<Revision>,
    /// Helm's, or our, sentence about how it went.
    pub description: String,
}

impl HistoryEntry {
    /// Reads the bytes of `data.release` after Kubernetes' own base64 was taken off, as far as it takes:
    /// Helm stores what a history shows before everything that is long.
    ///
    /// The revision is the one of the Secret's name. Whether the rest is sound is seen when the whole
    /// [`Release`] is decoded.
    ///
    /// # Errors
    /// When the bytes are not the payload of a release, as far as they were read.
    pub fn decode(revision: Revision, payload: &[u8]) -> Result<Self, Error> {
        let payload = payload.trim_ascii();
        Ok(head(|| payload)?.entry(revision))
    }

    /// Reads `data.release` as it stands in the Secret's JSON, with Kubernetes' own base64 around it:
    /// a list of large releases is then never decoded as a whole.
    ///
    /// # Errors
    /// As [`HistoryEntry::decode`].
    pub fn decode_stored(revision: Revision, data: &str) -> Result<Self, Error> {
        match head(|| DecoderReader::new(data.as_bytes(), &STANDARD)) {
            // Perhaps space around it, which whoever edited the Secret left there.
            Err(Error::Base64(_)) => Self::decode(revision, &STANDARD.decode(data).map_err(Error::Base64)?),
            read => Ok(read?.entry(revision)),
        }
    }
}

impl Release {
    /// Its line in the history.
    #[must_use]
    pub fn history_entry(&self) -> HistoryEntry {
        let head = Head { info: self.info().cloned(), metadata: self.chart_metadata().cloned() };
        head.entry(self.revision())
    }
}

/// The two parts of a release that its history shows.
#[derive(Default)]
struct Head {
    info: Option<Value>,
    metadata: Option<Value>,
}

impl Head {
    fn entry(&self, revision: Revision) -> HistoryEntry {
        let text = |part: &Option<Value>, key: &str| {
            let value = part.as_ref().and_then(|part| part.get(key));
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let number = |part: &Option<Value>, key: &str| {
            let value = part.as_ref().and_then(|part| part.get(key)).and_then(Value::as_u64);
            value.and_then(|value| u32::try_from(value).ok())
        };
        let is_named = self.metadata.as_ref().is_some_and(Value::is_object);
        let (chart, app_version) = if is_named {
            let chart = format!("{}-{}", text(&self.metadata, "name"), text(&self.metadata, "version"));
            (chart, text(&self.metadata, "appVersion"))
        } else {
            (MISSING.to_owned(), MISSING.to_owned())
        };
        HistoryEntry {
            revision,
            updated: time(self.info.as_ref().and_then(|info| info.get("last_deployed"))),
            status: Status::from_word(&text(&self.info, "status")),
            chart,
            app_version,
            rollback_revision: number(&self.info, "rollback_revision").and_then(Revision::new),
            description: text(&self.info, "description"),
        }
    }

    fn is_whole(&self) -> bool {
        self.info.is_some() && self.metadata.is_some()
    }
}

/// What a history shows of a payload; `payload` gives it from its beginning.
fn head<R: std::io::Read>(payload: impl Fn() -> R) -> Result<Head, Error> {
    let packed = || DecoderReader::new(payload(), &STANDARD);
    let mut magic = Vec::new();
    packed().take(GZIP.len() as u64).read_to_end(&mut magic).map_err(base64)?;
    if magic == GZIP {
        read(BufReader::new(GzDecoder::new(packed()).take(LIMIT)))
    } else {
        read(BufReader::new(packed()))
    }
}

/// Reads until both parts were seen, or the release is over.
fn read(reader: impl std::io::Read) -> Result<Head, Error> {
    let mut head = Head::default();
    let mut json = serde_json::Deserializer::from_reader(reader);
    match json.deserialize_map(ReleaseVisitor(&mut head)) {
        Ok(()) => Ok(head),
        // The visitor ended it itself.
        Err(_) if head.is_whole() => Ok(head),
        Err(error) => Err(match error.io_error_kind() {
            Some(kind) => Error::Gzip(std::io::Error::new(kind, error)),
            None => Error::Json(error),
        }),
    }
}

fn base64(error: std::io::Error) -> Error {
    let inner = error.into_inner().and_then(|inner| inner.downcast::<base64::DecodeError>().ok());
    Error::Base64(inner.map_or(base64::DecodeError::InvalidPadding, |inner| *inner))
}

struct ReleaseVisitor<'a>(&'a mut Head);

impl<'de> Visitor<'de> for ReleaseVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a release")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "info" => self.0.info = Some(map.next_value()?),
                "chart" => map.next_value_seed(ChartSeed(&mut *self.0))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
            if self.0.is_whole() {
                return Err(A::Error::custom("nothing more is needed"));
            }
        }
        Ok(())
    }
}

struct ChartSeed<'a>(&'a mut Head);

impl<'de> DeserializeSeed<'de> for ChartSeed<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ChartSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a chart or nothing")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "metadata" => self.0.metadata = Some(map.next_value()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
            if self.0.is_whole() {
                return Err(A::Error::custom("nothing more is needed"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn entry(document: &Value) -> HistoryEntry {
        let payload = crate::codec::pack(document.to_string().as_bytes()).unwrap();
        HistoryEntry::decode(Revision::new(7).unwrap(), &payload).unwrap()
    }

    #[test]
    fn the_head_is_enough_in_any_order_and_packed_or_not() {
        let info = json!({"status": "deployed", "description": "Upgrade complete", "last_deployed": "2026-11-21T08:44:00.5+01:00"});
        let chart =
            json!({"metadata": {"name": "hub", "version": "1.2.3", "appVersion": "5"}, "templates": [1, 2]});
        let documents = [
            json!({"name": "a", "namespace": "b", "version": 7, "info": info, "chart": chart}),
            json!({"chart": chart, "name": "a", "namespace": "b", "version": 7, "info": info}),
        ];
        for document in documents {
            let shown = serde_json::to_value(entry(&document)).unwrap();
            assert_eq!(
                shown,
                json!({"revision": 7, "updated": "2026-11-21T07:44:00.5Z", "status": "deployed", "chart": "hub-1.2.3",
                    "app_version": "5", "description": "Upgrade complete"})
            );
            let plain = STANDARD.encode(document.to_string());
            let read = HistoryEntry::decode(Revision::new(7).unwrap(), plain.as_bytes()).unwrap();
            assert_eq!(read, entry(&document));
            for spaced in [plain.clone(), format!("\n{plain}\n")] {
                let stored = STANDARD.encode(spaced);
                let read = HistoryEntry::decode_stored(Revision::new(7).unwrap(), &stored).unwrap();
                assert_eq!(read, entry(&document));
            }
        }
    }

    #[test]
    fn a_release_without_a_chart_is_listed_as_helm_lists_it() {
        for chart in [json!(null), json!({}), json!({"metadata": null})] {
            let entry = entry(&json!({"name": "a", "info": {}, "chart": chart}));
            assert_eq!((entry.chart.as_str(), entry.app_version.as_str()), (MISSING, MISSING));
            assert_eq!((entry.updated, entry.status), (None, Status::Unknown));
        }
    }

    #[test]
    fn a_tail_that_is_never_read_does_no_harm_and_a_broken_head_is_an_error() {
        let document = json!({"name": "a", "info": {"status": "failed"}, "chart": {"metadata": {"name": "x"}, "files": "y".repeat(9999)}});
        let whole = STANDARD.encode(document.to_string());
        let cut = &whole[..whole.len() / 8 * 4];
        let revision = Revision::FIRST;
        assert_eq!(HistoryEntry::decode(revision, cut.as_bytes()).unwrap().status, Status::Failed);
        let broken = STANDARD.encode("{\"name\": \"a\", \"info\": ");
        assert!(matches!(HistoryEntry::decode(revision, broken.as_bytes()), Err(Error::Json(_))));
        assert!(matches!(HistoryEntry::decode(revision, b"not base64!"), Err(Error::Base64(_))));
        let packed = crate::codec::pack(document.to_string().as_bytes()).unwrap();
        let half = STANDARD.decode(packed).unwrap()[..20].to_vec();
        let half = STANDARD.encode(half);
        assert!(matches!(HistoryEntry::decode(revision, half.as_bytes()), Err(Error::Gzip(_))));
    }

    proptest! {
        #[test]
        fn the_head_says_what_the_whole_says(
            status in "(deployed|failed|superseded|pending-upgrade|from-the-future|)", description in "\\PC{0,30}",
            name in proptest::option::of("[a-z]{1,8}"), app in proptest::option::of("\\PC{0,8}"), first in any::<bool>(),
        ) {
            let metadata = name.map(|name| json!({"name": name, "version": "1.0.0", "appVersion": app}));
            let info = json!({"status": status, "description": description, "last_deployed": "2026-11-21T07:44:00Z"});
            let chart = json!({"lock": null, "metadata": metadata, "templates": []});
            let document = if first {
                json!({"name": "hub", "info": info, "chart": chart, "version": 7, "namespace": "prod"})
            } else {
                json!({"version": 7, "chart": chart, "namespace": "prod", "name": "hub", "info": info})
            };
            let whole = Release::decode_json(document.to_string().as_bytes(), &BTreeMap::new()).unwrap();
            prop_assert_eq!(entry(&document), whole.history_entry());
            let stored = STANDARD.encode(crate::codec::pack(document.to_string().as_bytes()).unwrap());
            let stored = HistoryEntry::decode_stored(Revision::new(7).unwrap(), &stored).unwrap();
            prop_assert_eq!(stored, whole.history_entry());
        }

        #[test]
        fn no_payload_panics(payload in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = HistoryEntry::decode(Revision::FIRST, &payload);
            let _ = HistoryEntry::decode_stored(Revision::FIRST, &STANDARD.encode(&payload));
            let _ = HistoryEntry::decode_stored(Revision::FIRST, &String::from_utf8_lossy(&payload));
            let _ = HistoryEntry::decode(Revision::FIRST, STANDARD.encode([&GZIP[..], &payload].concat()).as_bytes());
            let _ = HistoryEntry::decode(Revision::FIRST, STANDARD.encode(&payload).as_bytes());
        }
    }
}

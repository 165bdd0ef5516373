//! Secret values leave here as what they are called, and as a digest that nobody can guess at.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use redact::Masker;
use serde_json::{Map, Value};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Error;

/// What of a digest is shown: enough to tell two values apart.
const SHOWN: usize = 6;

/// The largest whole number that every reader of JSON holds exactly.
const EXACT: u64 = 1 << 53;

/// Hides every secret of a step: known values wherever they stand, and all that a Secret holds.
#[derive(Clone, Default)]
pub struct Veil {
    masker: Masker,
    key: Option<std::sync::Arc<Zeroizing<Vec<u8>>>>,
}

impl Veil {
    /// A veil for these secrets, each with the name that stands in its place (`file:key`).
    ///
    /// With a `key`, a value is also shown as an HMAC under it, so that its change is visible. A value
    /// that stands in `public` text is none.
    ///
    /// # Errors
    /// [`Error::Secrets`] where there are too many to look for.
    pub fn new<B: AsRef<[u8]>>(
        key: Option<&[u8]>,
        public: &str,
        secrets: impl IntoIterator<Item = (String, B)>,
    ) -> Result<Self, Error> {
        let key = key.map(|key| std::sync::Arc::new(Zeroizing::new(key.to_vec())));
        let nothing = Self { masker: Masker::default(), key };
        let named = secrets.into_iter().map(|(tag, value)| {
            let tag = match nothing.digest(value.as_ref()) {
                Some(digest) => format!("{tag} {digest}"),
                None => tag,
            };
            (tag, value)
        });
        let (masker, _) = Masker::new_besides(public, named).map_err(|source| Error::Secrets { source })?;
        Ok(Self { masker, ..nothing })
    }

    /// A text without secrets.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.masker.mask(text).into_owned()
    }

    /// The digest of a value, where there is a key for it: `hmac:0123456789ab`.
    #[must_use]
    pub fn digest(&self, value: &[u8]) -> Option<String> {
        let key = self.key.as_ref()?;
        // HMAC takes a key of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        mac.update(value);
        let code = mac.finalize().into_bytes();
        Some(format!("hmac:{}", crate::hex(code.get(..SHOWN).unwrap_or_default())))
    }

    /// An object without secrets. `before` is what it is compared with: without a key, a value that
    /// differs from it says no more than that.
    pub(crate) fn object(&self, object: &Value, before: Option<&Value>) -> Value {
        let mut object = object.clone();
        if object.get("kind").and_then(Value::as_str) == Some("Secret") {
            let old = before.map(secret_data).unwrap_or_default();
            let new = secret_data(&object);
            if let Value::Object(map) = &mut object {
                map.remove("stringData");
                let hidden = new.iter().map(|(key, value)| (key.clone(), self.hidden(value, old.get(key))));
                map.insert("data".to_owned(), Value::Object(hidden.collect()));
            }
        }
        self.value(&mut object, before);
        object
    }

    fn hidden(&self, value: &[u8], before: Option<&Vec<u8>>) -> Value {
        let word = match (self.digest(value), before) {
            (Some(digest), _) => format!("(secret {digest})"),
            (None, Some(before)) if before != value => "(another secret)".to_owned(),
            (None, _) => "(secret)".to_owned(),
        };
        Value::String(word)
    }

    fn value(&self, value: &mut Value, before: Option<&Value>) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item, None)),
            Value::Object(map) => self.map(map, before),
            Value::Number(number) => {
                let exact = number.as_u64().is_none_or(|it| it <= EXACT)
                    && number.as_i64().is_none_or(|it| it.unsigned_abs() <= EXACT);
                if !exact {
                    *value = Value::String(number.to_string());
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn map(&self, map: &mut Map<String, Value>, before: Option<&Value>) {
        for (key, value) in std::mem::take(map) {
            let old = before.and_then(|before| before.get(&key));
            let mut value = value;
            match &value {
                // A checksum of something secret is a digest that can be tried against guesses.
                Value::String(text) if key.starts_with("checksum/") => {
                    let old = old.and_then(Value::as_str).map(|old| old.as_bytes().to_vec());
                    value = self.checksum(text, old.as_ref());
                }
                _ => self.value(&mut value, old),
            }
            map.insert(self.text(&key), value);
        }
    }

    fn checksum(&self, text: &str, before: Option<&Vec<u8>>) -> Value {
        let word = match (self.digest(text.as_bytes()), before) {
            (Some(digest), _) => format!("(checksum {digest})"),
            (None, Some(before)) if before != text.as_bytes() => "(another checksum)".to_owned(),
            (None, _) => "(checksum)".to_owned(),
        };
        Value::String(word)
    }
}

impl std::fmt::Debug for Veil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Veil")
            .field("masker", &self.masker)
            .field("keyed", &self.key.is_some())
            .finish_non_exhaustive()
    }
}

/// The values of a Secret, whichever way they are written.
pub(crate) fn secret_data(secret: &Value) -> std::collections::BTreeMap<String, Vec<u8>> {
    let entries = |key: &str| secret.get(key).and_then(Value::as_object).into_iter().flatten();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let encoded = entries("data").map(|(key, value)| {
        let text = text(value);
        // What is no base64 is refused by the API server; here it still must not be shown.
        (key.clone(), STANDARD.decode(text.trim()).unwrap_or_else(|_| text.into_bytes()))
    });
    let plain = entries("stringData").map(|(key, value)| (key.clone(), text(value).into_bytes()));
    encoded.chain(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn keyed() -> Veil {
        let secrets = [("secrets/a.yaml:token".to_owned(), "correct horse battery")];
        Veil::new(Some(b"k"), "", secrets).unwrap()
    }

    #[test]
    fn a_value_is_hidden_wherever_it_stands_and_its_change_shows() {
        let veil = keyed();
        let shown =
            veil.object(&json!({"kind": "ConfigMap", "data": {"a": "x correct horse battery y"}}), None);
        let text = shown["data"]["a"].as_str().unwrap();
        assert!(text.starts_with("x ***secrets/a.yaml:token hmac:") && text.ends_with("*** y"), "{text}");
        assert_ne!(veil.digest(b"one"), veil.digest(b"two"));
    }

    #[test]
    fn a_secret_shows_its_keys_and_no_value_in_either_spelling() {
        let data = json!({"kind": "Secret", "data": {"a": "b25l"}});
        let plain = json!({"kind": "Secret", "stringData": {"a": "one"}});
        assert_eq!(keyed().object(&data, None), keyed().object(&plain, None));
        let open = Veil::default();
        assert_eq!(open.object(&data, None)["data"]["a"], "(secret)");
        assert_eq!(open.object(&data, Some(&plain))["data"]["a"], "(secret)");
        let other = json!({"kind": "Secret", "stringData": {"a": "two"}});
        assert_eq!(open.object(&other, Some(&data))["data"]["a"], "(another secret)");
    }

    #[test]
    fn a_checksum_is_no_oracle() {
        let pod = |sum: &str| json!({"kind": "Pod", "metadata": {"annotations": {"checksum/secret": sum}}});
        let at = |value: Value| value["metadata"]["annotations"]["checksum/secret"].clone();
        let open = Veil::default();
        assert_eq!(at(open.object(&pod("aa"), None)), "(checksum)");
        assert_eq!(at(open.object(&pod("bb"), Some(&pod("aa")))), "(another checksum)");
        assert_ne!(at(keyed().object(&pod("aa"), None)), at(keyed().object(&pod("bb"), None)));
    }

    #[test]
    fn a_number_that_no_double_holds_becomes_a_text() {
        let shown = keyed().object(&json!({"a": 9_007_199_254_740_993_u64, "b": -7, "c": 0.5}), None);
        assert_eq!(shown, json!({"a": "9007199254740993", "b": -7, "c": 0.5}));
    }
}

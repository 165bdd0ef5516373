//! How a field is read when the cluster writes something else than its schema says.
//!
//! One odd field must not hide the other forty: a wrong type reads as the default,
//! a number in quotes reads as the number, a broken element of a list is left out. Everything is read
//! in one pass, without a tree in between: a large rollout sends tens of thousands of objects.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The value, or the default where it is absent, null or of another shape.
///
/// For texts, switches, times, and structs whose own fields are read like this.
pub(crate) fn field<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + DeserializeOwned,
{
    maybe(deserializer).map(Option::unwrap_or_default)
}

/// The value, or nothing where it is absent, null or of another shape.
pub(crate) fn maybe<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    deserializer.deserialize_any(Whatever(PhantomData))
}

/// The elements that can be read.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    deserializer.deserialize_any(List(PhantomData))
}

/// A number, also in quotes; zero where there is none.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    maybe_count(deserializer).map(Option::unwrap_or_default)
}

/// A number, also in quotes, or nothing.
pub(crate) fn maybe_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(Number)
}

/// A field whose presence alone says something: whatever it holds, it is there.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Default + DeserializeOwned,
{
    let value = Option::<Maybe<T>>::deserialize(deserializer)?;
    Ok(value.map(|Maybe(value)| value.unwrap_or_default()))
}

/// An element that may be of another shape.
pub(crate) struct Maybe<T>(pub(crate) Option<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        maybe(deserializer).map(Self)
    }
}

/// What every visitor here does with a shape that it does not want: it reads past it.
macro_rules! past {
    ($value:ty, $nothing:expr, $($shape:ident)*) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("anything")
        }
        $(past!(@ $shape $value, $nothing);)*
    };
    (@ map $value:ty, $nothing:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($nothing)
        }
    };
    (@ seq $value:ty, $nothing:expr) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<$value, A::Error> {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok($nothing)
        }
    };
    (@ str $value:ty, $nothing:expr) => {
        fn visit_str<E: Error>(self, _: &str) -> Result<$value, E> { Ok($nothing) }
    };
    (@ bool $value:ty, $nothing:expr) => {
        fn visit_bool<E: Error>(self, _: bool) -> Result<$value, E> { Ok($nothing) }
    };
    (@ number $value:ty, $nothing:expr) => {
        fn visit_i64<E: Error>(self, _: i64) -> Result<$value, E> { Ok($nothing) }
        fn visit_u64<E: Error>(self, _: u64) -> Result<$value, E> { Ok($nothing) }
    };
    (@ rest $value:ty, $nothing:expr) => {
        fn visit_f64<E: Error>(self, _: f64) -> Result<$value, E> { Ok($nothing) }
        fn visit_unit<E: Error>(self) -> Result<$value, E> { Ok($nothing) }
        fn visit_none<E: Error>(self) -> Result<$value, E> { Ok($nothing) }
        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<$value, D::Error> {
            deserializer.deserialize_any(self)
        }
    };
}

struct Whatever<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Whatever<T> {
    type Value = Option<T>;
    past!(Option<T>, None, seq number rest);

    // Only a struct takes a map, and the fields of ours take anything: it is read to its end.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        let read = T::deserialize(MapAccessDeserializer::new(&mut map)).ok();
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(read)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        Ok(T::deserialize(StrDeserializer::<E>::new(text)).ok())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        Ok(T::deserialize(serde::de::value::BoolDeserializer::<E>::new(value)).ok())
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for List<T> {
    type Value = Vec<T>;
    past!(Vec<T>, Vec::new(), map str bool number rest);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut elements = Vec::new();
        while let Some(Maybe(element)) = seq.next_element()? {
            elements.extend(element);
        }
        elements.shrink_to_fit();
        Ok(elements)
    }
}

struct Number;

impl<'de> Visitor<'de> for Number {
    type Value = Option<i64>;
    past!(Option<i64>, None, map seq bool rest);

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<i64>, E> {
        Ok(Some(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<i64>, E> {
        Ok(number.try_into().ok())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<i64>, E> {
        Ok(text.trim().parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[derive(Deserialize, Debug, Default, PartialEq)]
    struct Odd {
        #[serde(default, deserialize_with = "count")]
        number: i64,
        #[serde(default, deserialize_with = "field")]
        text: String,
        #[serde(default, deserialize_with = "list")]
        names: Vec<String>,
        #[serde(default, deserialize_with = "present")]
        probe: Option<Inner>,
        #[serde(default, deserialize_with = "maybe")]
        at: Option<Timestamp>,
        #[serde(default, deserialize_with = "field")]
        inner: Inner,
    }

    #[derive(Deserialize, Debug, Default, PartialEq)]
    struct Inner {
        #[serde(default, deserialize_with = "field")]
        yes: bool,
    }

    /// Both ways in which an object comes: as text, and as a tree.
    fn read(json: &str) -> Odd {
        let read: Odd = serde_json::from_str(json).unwrap();
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(Odd::deserialize(value).unwrap(), read);
        read
    }

    #[test]
    fn a_number_in_quotes_is_the_number() {
        assert_eq!(read(r#"{"number": "17"}"#).number, 17);
        assert_eq!(read(r#"{"number": {"x": 1}}"#).number, 0);
        assert_eq!(read(r#"{"number": 1e300}"#).number, 0);
        assert_eq!(read(r#"{"number": 18446744073709551615}"#).number, 0);
    }

    #[test]
    fn one_broken_field_leaves_the_others() {
        let odd = read(
            r#"{"text": [1, {"a": [2]}], "probe": {}, "inner": [true], "at": {"then": 3},
                "names": ["a", 7, {"b": {}}, ["c"], null, "d"], "more": {"x": [{}]}, "number": 3}"#,
        );
        let names = vec!["a".to_owned(), "d".to_owned()];
        assert_eq!(odd, Odd { number: 3, names, probe: Some(Inner::default()), ..Odd::default() });
        assert_eq!(read(r#"{"probe": null, "names": 3}"#), Odd::default());
        assert_eq!(read(r#"{"probe": 7, "inner": {"yes": "no", "no": 1}}"#).probe, Some(Inner::default()));
    }

    #[test]
    fn what_is_as_it_should_be_is_read() {
        let odd =
            read(r#"{"text": "a\u00e9\n", "at": "2026-11-21T06:00:00Z", "inner": {"yes": true, "x": {}}}"#);
        assert_eq!((odd.text.as_str(), odd.inner.yes), ("aé\n", true));
        assert_eq!(odd.at.map(|at| at.to_string()).as_deref(), Some("2026-11-21T06:00:00Z"));
        assert_eq!(read(r#"{"at": "yesterday"}"#).at, None);
    }
}

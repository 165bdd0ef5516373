//! As much of Kubernetes' protobuf as it takes to read a Secret.

use std::collections::BTreeMap;

/// What every protobuf body of Kubernetes begins with.
const MAGIC: &[u8] = b"k8s\0";

/// A Secret's parts that matter here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WireSecret {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) kind: String,
    pub(crate) release: Vec<u8>,
}

/// Reads a Secret in Kubernetes' envelope (`runtime.Unknown`: 1 type, 2 raw object).
pub(crate) fn secret(body: &[u8]) -> Option<WireSecret> {
    let envelope = body.strip_prefix(MAGIC)?;
    let type_meta = first(envelope, 1)?;
    (first(type_meta, 2)? == b"Secret" && first(type_meta, 1)? == b"v1").then_some(())?;
    let raw = first(envelope, 2)?;
    // core/v1 Secret: 1 metadata, 2 data, 3 type; ObjectMeta: 1 name, 11 labels.
    let metadata = first(raw, 1)?;
    let mut secret = WireSecret {
        name: text(first(metadata, 1)?)?,
        kind: text(first(raw, 3).unwrap_or_default())?,
        ..WireSecret::default()
    };
    for (key, value) in entries(metadata, 11)? {
        secret.labels.insert(key, text(value)?);
    }
    for (key, value) in entries(raw, 2)? {
        if key == "release" {
            secret.release = value.to_vec();
        }
    }
    Some(secret)
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

/// The entries of a map field: messages with 1 key, 2 value.
fn entries(message: &[u8], number: u64) -> Option<Vec<(String, &[u8])>> {
    let all = fields(message)?;
    let of = all.into_iter().filter(|(found, _)| *found == number);
    of.map(|(_, entry)| Some((text(first(entry, 1)?)?, first(entry, 2).unwrap_or_default()))).collect()
}

fn first(message: &[u8], number: u64) -> Option<&[u8]> {
    fields(message)?.into_iter().find(|(found, _)| *found == number).map(|(_, bytes)| bytes)
}

/// All fields with a length; numbers are passed over; none where the bytes are no message.
fn fields(mut rest: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    let mut found = Vec::new();
    while !rest.is_empty() {
        let key = varint(&mut rest)?;
        match key & 7 {
            0 => {
                varint(&mut rest)?;
            }
            1 => rest = rest.get(8..)?,
            2 => {
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                found.push((key >> 3, rest.get(..length)?));
                rest = rest.get(length..)?;
            }
            5 => rest = rest.get(4..)?,
            _ => return None,
        }
    }
    Some(found)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, tail) = rest.split_first()?;
        *rest = tail;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn put(message: &mut Vec<u8>, number: u8, bytes: &[u8]) {
        message.push(number << 3 | 2);
        let mut length = bytes.len();
        while length > 0x7f {
            message.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        message.push(length as u8);
        message.extend(bytes);
    }

    /// A Secret as client-go encodes it.
    pub(crate) fn encode(name: &str, kind: &str, release: &[u8]) -> Vec<u8> {
        let (mut meta, mut label, mut data, mut raw, mut types, mut unknown) = Default::default();
        put(&mut label, 1, b"owner");
        put(&mut label, 2, b"helm");
        put(&mut meta, 1, name.as_bytes());
        put(&mut meta, 11, &label);
        put(&mut data, 1, b"release");
        put(&mut data, 2, release);
        put(&mut raw, 1, &meta);
        put(&mut raw, 2, &data);
        put(&mut raw, 3, kind.as_bytes());
        put(&mut types, 1, b"v1");
        put(&mut types, 2, b"Secret");
        put(&mut unknown, 1, &types);
        put(&mut unknown, 2, &raw);
        [MAGIC, &unknown].concat()
    }

    proptest! {
        #[test]
        fn a_secret_comes_back(name in "[a-z.0-9]{1,60}", kind in "[a-z./0-9]{0,30}", release in proptest::collection::vec(any::<u8>(), 0..300)) {
            let secret = secret(&encode(&name, &kind, &release)).unwrap();
            prop_assert_eq!((secret.name, secret.kind, secret.release), (name, kind, release));
            prop_assert_eq!(secret.labels.get("owner").map(String::as_str), Some("helm"));
        }

        #[test]
        fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = secret(&[MAGIC, &body].concat());
            let _ = secret(&body);
        }
    }
}

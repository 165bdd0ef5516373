//! The payload of a release Secret: base64 of gzip of JSON.

use std::io::{Read as _, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use crate::Error;

/// gzip's magic number and its only method.
pub(crate) const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];

/// A Secret holds at most 1 MiB; real releases shrink to a third. This stops a bomb, not a chart.
pub(crate) const LIMIT: u64 = 256 * 1024 * 1024;

/// The JSON in a payload. What is not compressed is taken as it is, like Helm does.
pub(crate) fn unpack(payload: &[u8]) -> Result<Vec<u8>, Error> {
    let packed = STANDARD.decode(payload.trim_ascii()).map_err(Error::Base64)?;
    if !packed.starts_with(&GZIP) {
        return Ok(packed);
    }
    let mut json = Vec::new();
    let read =
        GzDecoder::new(packed.as_slice()).take(LIMIT + 1).read_to_end(&mut json).map_err(Error::Gzip)?;
    if read as u64 > LIMIT {
        return Err(Error::TooLarge { limit: LIMIT });
    }
    Ok(json)
}

/// The payload of a JSON document, as small as Helm makes it.
pub(crate) fn pack(json: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(json).map_err(Error::Gzip)?;
    let packed = encoder.finish().map_err(Error::Gzip)?;
    Ok(STANDARD.encode(packed).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(json in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(unpack(&pack(&json).unwrap()).unwrap(), json);
        }

        #[test]
        fn no_payload_panics(payload in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpack(&payload);
            let _ = unpack(STANDARD.encode([&GZIP[..], &payload].concat()).as_bytes());
        }
    }

    #[test]
    fn what_was_stored_before_compression_is_read() {
        assert_eq!(unpack(STANDARD.encode("{}").as_bytes()).unwrap(), b"{}");
    }

    #[test]
    fn a_broken_off_payload_is_an_error() {
        let whole = STANDARD.decode(pack(b"{\"name\":\"hub\"}").unwrap()).unwrap();
        let half = STANDARD.encode(&whole[..whole.len() / 2]);
        assert!(matches!(unpack(half.as_bytes()), Err(Error::Gzip(_))));
        assert!(matches!(unpack(b"not base64!"), Err(Error::Base64(_))));
    }
}

//! Any bytes: no panic, no read past the end, and what is accepted is written as it was read.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use git_crypt_format::{Key, OVERHEAD, OpenError, decrypt_aes_256_cbc, is_sealed};
use proptest::prelude::*;

fn key() -> Key {
    let material: [u8; 96] = std::array::from_fn(|at| u8::try_from(at).unwrap() | 0x80);
    Key::from_material(&material, None).unwrap()
}

/// Bytes that look like a key file up to some point.
fn nearly_a_key() -> impl Strategy<Value = Vec<u8>> {
    let field = (0u32..9, prop_oneof![Just(4usize), Just(32), Just(64), 0usize..80], any::<bool>()).prop_map(
        |(id, size, lies)| {
            let said = if lies { size.wrapping_add(7) } else { size };
            let said = u32::try_from(said).unwrap();
            [&id.to_be_bytes()[..], &said.to_be_bytes(), &vec![0xa5; size]].concat()
        },
    );
    let end = Just(vec![0, 0, 0, 0]);
    let piece = prop_oneof![4 => field, 2 => end, 1 => proptest::collection::vec(any::<u8>(), 0..12)];
    (proptest::collection::vec(piece, 0..10), 1u32..4).prop_map(|(pieces, format)| {
        [b"\0GITCRYPTKEY".to_vec(), format.to_be_bytes().to_vec(), pieces.concat()].concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_key_is_refused_or_survives(bytes in prop_oneof![nearly_a_key(), proptest::collection::vec(any::<u8>(), 0..300)]) {
        if let Ok(key) = Key::from_bytes(&bytes) {
            let written = key.to_bytes();
            let again = Key::from_bytes(&written).unwrap();
            prop_assert_eq!(again.to_bytes(), written);
            prop_assert_eq!(again.fingerprint(), key.fingerprint());
        }
        let _ = Key::from_base64(&bytes);
    }

    #[test]
    fn every_prefix_of_a_key_is_refused(cut in 0usize..148) {
        prop_assert!(Key::from_bytes(&key().to_bytes()[..cut]).is_err());
    }

    #[test]
    fn any_bytes_open_to_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200), sealed in any::<bool>()) {
        let bytes = if sealed { [b"\0GITCRYPT\0", bytes.as_slice()].concat() } else { bytes };
        prop_assert!(key().open(&bytes).is_err());
        let _ = decrypt_aes_256_cbc(&bytes, &bytes, &bytes);
    }

    #[test]
    fn what_is_sealed_opens_and_every_change_is_seen(
        plain in proptest::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), bit in 0u8..8,
    ) {
        let (key, mut sealed) = (key(), key().seal(&plain));
        prop_assert_eq!(sealed.len(), plain.len() + OVERHEAD);
        prop_assert!(key.seals_to(&plain, &sealed));
        if is_sealed(&plain) {
            prop_assert_eq!(key.open(&sealed).unwrap_err(), OpenError::SealedTwice);
        } else {
            let opened = key.open(&sealed).unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());
        }
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(key.open(&sealed).is_err());
        prop_assert!(!key.seals_to(&plain, &sealed));
    }
}

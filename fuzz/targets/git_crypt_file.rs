//! Whatever stands where a sealed file should: it is refused, and what was sealed opens to itself.
#![no_main]

use git_crypt_format::{Key, OpenError, is_sealed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let material: [u8; 96] = std::array::from_fn(|at| at as u8 + 1);
    let key = Key::from_material(&material, None).expect("these are key material");
    if let Ok(opened) = key.open(bytes) {
        assert!(key.seals_to(&opened, bytes), "only what this key sealed opens");
    }
    let sealed = key.seal(bytes);
    match key.open(&sealed) {
        Ok(opened) => assert_eq!(opened.as_slice(), bytes),
        Err(error) => assert!(is_sealed(bytes) && matches!(error, OpenError::SealedTwice)),
    }
});

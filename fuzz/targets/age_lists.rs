//! Whatever stands where readers, the list of a vault or a private key should: it is refused with its line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secret_vault::age::{Identities, Manifest, Readers, without};

fuzz_target!(|bytes: &[u8]| {
    let _ = Identities::parse("here", bytes, &mut |_| None);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(list) = Manifest::unverified("manifest.txt".into(), text) {
        assert!(list.epoch() > 0);
    }
    if let Ok(readers) = Readers::parse("recipients.txt".into(), text) {
        for name in readers.names() {
            let _ = without(text, name);
        }
    }
});

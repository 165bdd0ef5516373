//! Whatever stands where an age file should: it is refused by its header, its armor or its content.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use secret_vault::age::{Identities, in_text, is_sealed, open, stanzas};

/// The key of the seeds, made for them and for nothing else.
static KEY: LazyLock<Identities> = LazyLock::new(|| {
    Identities::parse("seeds", include_bytes!("../seeds/age.key"), &mut |_| None).expect("a key")
});

fuzz_target!(|bytes: &[u8]| {
    let file = "secrets/hub.yaml".into();
    if open(file, bytes, &KEY).is_ok() {
        assert!(is_sealed(bytes), "what opens is known to be sealed");
        assert!(stanzas(file, bytes).is_ok_and(|all| !all.is_empty()), "its header names readers");
    }
    if let Some(sealed) = in_text(bytes) {
        assert!(is_sealed(&sealed));
    }
});

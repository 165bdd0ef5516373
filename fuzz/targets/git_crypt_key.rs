//! Whatever stands where a git-crypt key should: it is refused, or it is a key that reads back as itself.
#![no_main]

use git_crypt_format::Key;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for key in [Key::from_bytes(bytes), Key::from_base64(bytes)].into_iter().flatten() {
        let again = Key::from_bytes(&key.to_bytes()).expect("what is written is read");
        assert_eq!(again.fingerprint(), key.fingerprint());
        assert_eq!(again.name(), key.name());
        let sealed = key.seal(b"token: x\n");
        assert_eq!(again.open(&sealed).expect("it opens what it sealed").as_slice(), b"token: x\n");
    }
});

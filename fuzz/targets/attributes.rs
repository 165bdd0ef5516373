//! Whatever rules a repository has, each path has its attributes, and soon.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secret_vault::attributes::Attributes;

// Two files of rules and a path, with a zero byte between them.
fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(3, |byte| *byte == 0);
    let (Some(top), Some(path)) = (parts.next(), parts.next()) else { return };
    let clones = parts.next().unwrap_or_default();
    for ignore_case in [false, true] {
        let mut attributes = Attributes::new(ignore_case);
        attributes.set_info(clones);
        attributes.set_folder(b"", top);
        if let Some(slash) = path.iter().position(|byte| *byte == b'/') {
            attributes.set_folder(&path[..slash], top);
        }
        let states = attributes.of(path);
        let _ = (states.key_name(), states.is_age(), states.spoils(), states.spoils_age());
    }
});

//! Whatever JSON is handed to a diagnosis, it ends in a verdict or in an error, and in few words.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rollout_waiter::{Policy, diagnose};
use serde_json::Value;

fuzz_target!(|text: &[u8]| {
    let list = serde_json::from_slice(text).unwrap_or_else(|_| recorded(text));
    let Ok(found) = diagnose(&list, None, &Policy::default()) else { return };
    for judgement in &found.judgements.objects {
        if let Some(finding) = &judgement.finding {
            // One line that a person can read, however much the object holds.
            assert!(finding.evidence.len() < 1100 && !finding.evidence.contains('\n'));
        }
    }
    assert!(serde_json::to_string(&found.judgements.report()).is_ok());
});

/// The objects of a recording, one a line, as a list.
fn recorded(text: &[u8]) -> Value {
    let lines = text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    lines.filter_map(|mut line: Value| line.get_mut("object").map(Value::take)).collect()
}

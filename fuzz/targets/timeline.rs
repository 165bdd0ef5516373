//! Whatever objects come and go in whatever state, each moment has a verdict.
#![no_main]

use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;
use rollout_waiter::model::{Change, Object};
use rollout_waiter::{Memory, Objects, Policy, Scope, verdict};
use serde_json::Value;

/// As the recordings are: a line is `{"type": "ADDED", "object": {...}}`.
fuzz_target!(|text: &[u8]| {
    let Ok(home) = "ns".parse() else { return };
    let (mut objects, mut memory) = (Objects::new(Scope::namespace(home)), Memory::new());
    let mut now = Timestamp::UNIX_EPOCH;
    for line in text.split(|byte| *byte == b'\n').take(200) {
        let Ok(mut line) = serde_json::from_slice::<Value>(line) else { continue };
        let gone = line.get("type").and_then(Value::as_str) == Some("DELETED");
        let Some(object) = line.get_mut("object").map(Value::take).and_then(Object::from_json) else {
            continue;
        };
        let change = if gone { Change::Gone(object) } else { Change::Seen(object) };
        memory.observe(&change, now);
        objects.apply(change);
        let _ = verdict(&objects, &memory, now, &Policy::default());
        objects.set_complete();
        now = now.checked_add(SignedDuration::from_secs(7)).unwrap_or(now);
    }
});

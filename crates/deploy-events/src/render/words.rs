//! Durations and counts in words.

use jiff::SignedDuration;

/// A duration as a person says it: `0.3 s`, `12.4 s`, `3 min 05 s`.
#[must_use]
pub fn seconds(took: SignedDuration) -> String {
    let tenths = took.as_millis().max(0) / 100;
    if tenths < 600 {
        return format!("{}.{} s", tenths / 10, tenths % 10);
    }
    let whole = tenths / 10;
    format!("{} min {:02} s", whole / 60, whole % 60)
}

/// `1 object`, `3 objects`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well_at_every_size() {
        let said: Vec<String> = [0, 40, 12_449, 59_999, 60_000, 3_725_000]
            .map(|ms| seconds(SignedDuration::from_millis(ms)))
            .into();
        assert_eq!(said, ["0.0 s", "0.0 s", "12.4 s", "59.9 s", "1 min 00 s", "62 min 05 s"]);
    }
}

//! The contents of objects, asked of git at once.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::{Error, Git};

/// Contents by the names of their objects.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    output: Vec<u8>,
    ranges: HashMap<String, Range<usize>>,
}

impl Blobs {
    pub(super) async fn read<'o>(git: &Git, objects: impl Iterator<Item = &'o str>) -> Result<Self, Error> {
        let objects: BTreeSet<&str> = objects.collect();
        if objects.is_empty() {
            return Ok(Self::default());
        }
        let mut input = String::new();
        for object in &objects {
            input.push_str(object);
            input.push('\n');
        }
        let output = git.tell(["cat-file", "--batch", "--buffer"], Some(input.into_bytes())).await?;
        let ranges = ranges(&output, objects.len());
        let ranges = ranges.ok_or_else(|| Error::GitStrange { command: "cat-file".to_owned() })?;
        let ranges = objects.into_iter().map(str::to_owned).zip(ranges).collect();
        Ok(Self { output, ranges })
    }

    /// Nothing for an object that was not asked for.
    pub(super) fn get(&self, object: &str) -> &[u8] {
        self.ranges.get(object).and_then(|range| self.output.get(range.clone())).unwrap_or_default()
    }
}

/// Where the contents stand: each after a line `NAME blob SIZE`, and before a line ending.
fn ranges(output: &[u8], count: usize) -> Option<Vec<Range<usize>>> {
    let (mut ranges, mut at) = (Vec::with_capacity(count), 0);
    for _ in 0..count {
        let rest = output.get(at..)?;
        let line = rest.iter().position(|byte| *byte == b'\n')?;
        let head = std::str::from_utf8(rest.get(..line)?).ok()?;
        let mut words = head.split(' ');
        let size: usize = match (words.next(), words.next(), words.next()) {
            (Some(_), Some("blob"), Some(size)) => size.parse().ok()?,
            _ => return None,
        };
        let start = at + line + 1;
        output.get(start..start.checked_add(size)?)?;
        ranges.push(start..start + size);
        at = start + size + 1;
    }
    Some(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_found_whatever_is_in_them() {
        let output = b"aa blob 4\na\nb\0\nbb blob 0\n\ncc blob 1\n\n\n";
        assert_eq!(ranges(output, 3), Some(vec![10..14, 25..25, 36..37]));
        assert_eq!(ranges(b"aa missing\n", 1), None);
        assert_eq!(ranges(b"aa blob 9\nx\n", 1), None);
    }
}

//! The pattern of a rule: by the last part of a path, or by the path from its folder on.

use super::glob::Glob;

/// Which paths a rule is for.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Without a slash at its start.
    plain: Vec<u8>,
    wild: Option<Glob>,
    /// Whether it looks at the last part alone.
    name_only: bool,
}

impl Pattern {
    /// The pattern; `None` for those that match no file: negated ones, and those of folders.
    pub(super) fn parse(text: &[u8], ignore_case: bool) -> Option<Self> {
        if text.starts_with(b"!") || text.ends_with(b"/") {
            return None;
        }
        let name_only = !text.contains(&b'/');
        let special = |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b'\\');
        let start = text.iter().position(special).unwrap_or(text.len());
        let (plain, wild) = text.split_at(start);
        // What stands before the first special character is compared as it is, and two stars right
        // behind it match across slashes as at the start: git takes the rest for a whole pattern.
        let (plain, wild) = match (name_only, wild) {
            (_, []) => (plain, None),
            (true, _) => (&b""[..], Some(Glob::parse(text, false, ignore_case)?)),
            (false, wild) => (plain, Some(Glob::parse(wild, true, ignore_case)?)),
        };
        let plain = if name_only { plain } else { plain.strip_prefix(b"/").unwrap_or(plain) };
        Some(Self { plain: plain.to_vec(), wild, name_only })
    }

    /// Whether it matches `path`, standing in a file of attributes of `folder`.
    pub(super) fn matches(&self, folder: &[u8], path: &[u8], ignore_case: bool) -> bool {
        let text = if self.name_only {
            path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
        } else if folder.is_empty() {
            path
        } else {
            match path.split_at_checked(folder.len()) {
                Some((above, [b'/', below @ ..])) if same(above, folder, ignore_case) => below,
                _ => return false,
            }
        };
        match text.split_at_checked(self.plain.len()) {
            Some((start, rest)) if same(start, &self.plain, ignore_case) => match &self.wild {
                Some(glob) => glob.matches(rest),
                None => rest.is_empty(),
            },
            _ => false,
        }
    }
}

fn same(left: &[u8], right: &[u8], ignore_case: bool) -> bool {
    if ignore_case { left.eq_ignore_ascii_case(right) } else { left == right }
}

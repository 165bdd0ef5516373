//! The variables that an opened file assigns.

use zeroize::Zeroizing;

use crate::{leaves, text};

/// Name and value of each; nothing is expanded.
pub(crate) fn variables(bytes: &[u8]) -> Vec<(String, Zeroizing<String>)> {
    let Ok(content) = std::str::from_utf8(bytes) else { return Vec::new() };
    let mut found = match leaves::all_leaves(content) {
        Some(leaves) => leaves,
        None => text::assignments(content)
            .map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned())))
            .collect(),
    };
    found.retain(|(name, value)| is_name(name) && !value.contains('\0'));
    found
}

fn is_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_the_usual_files() {
        for (text, wanted) in [
            ("export KEY='a b'\n# x\nOTHER=c=d\n", &[("KEY", "a b"), ("OTHER", "c=d")][..]),
            (
                "KEY: a\nDEBUG: true\nNUMBER: 0042\ndeep: {a: b}\nlist: [x]\n",
                &[("KEY", "a"), ("DEBUG", "true"), ("NUMBER", "0042")],
            ),
            ("{\"A\": \"x\\ny\"}", &[("A", "x\ny")]),
            ("no-name: x\n1A: y\n", &[]),
            ("just-a-token\n", &[]),
        ] {
            let found = variables(text.as_bytes());
            let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(found, wanted, "{text:?}");
        }
    }
}

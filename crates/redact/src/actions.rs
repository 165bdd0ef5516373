//! Commands by which GitHub Actions is told what to mask.

use zeroize::Zeroizing;

use crate::Reason;

/// The lines `::add-mask::VALUE` for a value: one for each line of it that may be masked. GitHub finds
/// its base64 and its escaped forms by itself, and it masks single lines only.
///
/// None for what would blank the log. Write them nowhere but to the log of GitHub Actions, which takes
/// them out; anywhere else they show the secret.
#[must_use]
pub fn add_mask(value: &[u8]) -> Vec<Zeroizing<String>> {
    let Ok(text) = std::str::from_utf8(value) else { return Vec::new() };
    let lines = text.split(['\n', '\r']).map(str::trim);
    lines
        .filter(|line| Reason::against(line.as_bytes()).is_none())
        .map(|line| Zeroizing::new(format!("::add-mask::{}\n", line.replace('%', "%25"))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_that_may_be_masked_has_its_command() {
        for (value, wanted) in [
            ("hunter2hunter2", &["::add-mask::hunter2hunter2\n"][..]),
            (" 100%-secret-value \n", &["::add-mask::100%25-secret-value\n"]),
            ("-----BEGIN X KEY-----\r\nMIIEpAIBAAKC\nend\n", &["::add-mask::MIIEpAIBAAKC\n"]),
            ("short", &[]),
            ("12345678", &[]),
            ("password", &[]),
            ("", &[]),
        ] {
            let lines = add_mask(value.as_bytes());
            assert_eq!(lines.iter().map(|line| line.as_str()).collect::<Vec<_>>(), wanted, "{value:?}");
        }
        assert!(add_mask(&[0xff; 20]).is_empty());
    }
}

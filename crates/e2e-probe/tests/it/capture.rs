//! Reads a recorded stream: what each `recv()` brought, byte for byte.

/// One recording.
pub(crate) struct Capture {
    /// What each `recv()` brought, HTTP head and chunk framing kept.
    pub(crate) parts: Vec<Vec<u8>>,
    /// Whether the server ended the connection; else the recorder did.
    pub(crate) server_closed: bool,
    /// What was launched, as the path below `/build/`.
    pub(crate) spec: String,
}

impl Capture {
    pub(crate) fn read(name: &str) -> Self {
        let file = test_support::fixtures().join("binderhub").join(name);
        let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut rest = bytes.as_slice();
        let mut capture = Self { parts: Vec::new(), server_closed: false, spec: String::new() };
        while !rest.is_empty() {
            let line = take_line(&mut rest);
            if let Some(url) = line.strip_prefix("# url ") {
                capture.spec = url.split_once("/build/").unwrap().1.to_owned();
            } else if let Some(mark) = line.strip_prefix("#@ ") {
                let fields: Vec<&str> = mark.split(' ').collect();
                if fields[1] == "END" {
                    capture.server_closed = mark.contains("server closed");
                } else {
                    let (part, behind) = rest.split_at(fields[1].parse().unwrap());
                    capture.parts.push(part.to_vec());
                    rest = behind.strip_prefix(b"\n").unwrap_or(behind);
                }
            }
        }
        assert!(!capture.parts.is_empty(), "{name}");
        capture
    }

    /// The recording with the hub's address replaced by one of the same length, so that every
    /// length in the framing stays true.
    pub(crate) fn with_hub_at(mut self, url: &str) -> Self {
        const HUB: &[u8] = b"https://hub.staging.mybinder.org";
        let url = format!("{url}/");
        let replacement = format!("{url}{}", "p".repeat(HUB.len() - url.len()));
        for part in &mut self.parts {
            while let Some(at) = part.windows(HUB.len()).position(|window| window == HUB) {
                part[at..at + HUB.len()].copy_from_slice(replacement.as_bytes());
            }
        }
        self
    }
}

fn take_line<'a>(rest: &mut &'a [u8]) -> &'a str {
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let line = std::str::from_utf8(&rest[..end]).unwrap();
    *rest = rest.get(end + 1..).unwrap_or_default();
    line
}

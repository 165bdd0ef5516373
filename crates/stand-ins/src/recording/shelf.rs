//! The recordings that are built in.

use std::collections::BTreeMap;

use super::Recording;
use crate::Error;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../../fixtures/binderhub/", $name, ".txt")))),*]
    };
}

const FILES: &[(&str, &[u8])] = files![
    "cut-mid-build-binderhub-sigkill",
    "failed-accept-list",
    "failed-bad-build-token",
    "failed-bad-ref",
    "failed-bad-spec-no-ref",
    "failed-build-exit3-stream-stays-open",
    "failed-build-only-not-allowed",
    "failed-hub-active-server-limit-429",
    "failed-launch-spawn-error-4-attempts",
    "failed-missing-accept",
    "failed-never-ready-launch-timeout",
    "failed-quota-exceeded-cached-image",
    "failed-r2d-thirdparty-outage",
    "failed-spawn-process-exits",
    "failed-unknown-repo",
    "http-502-binderhub-down",
    "ready-after-real-build",
    "ready-build-only",
    "ready-found-image",
    "ready-rebuild-each-time-registry-400",
    "ready-slow-build-client-a",
];

/// Every recording, by the stem of its file.
#[derive(Debug)]
pub(crate) struct Shelf(BTreeMap<&'static str, Recording>);

impl Shelf {
    /// Parses what is built in.
    ///
    /// # Errors
    ///
    /// [`Error::Recording`] for the first that does not follow the format.
    pub(crate) fn open() -> Result<Self, Error> {
        let parse = |(name, file): &(&'static str, &[u8])| Ok((*name, Recording::parse(name, file)?));
        Ok(Self(FILES.iter().map(parse).collect::<Result<_, Error>>()?))
    }

    /// A recording by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&Recording> {
        self.0.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::End;

    /// The bytes between the marks, taken from the file by another road than the parser's.
    fn received(file: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = file;
        while let Some(start) = rest.windows(3).position(|window| window == b"#@ ") {
            rest = &rest[start..];
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
            let line = String::from_utf8(rest[..end].to_vec()).unwrap();
            rest = &rest[end + 1..];
            if let Ok(length) = line.split(' ').nth(2).unwrap().parse::<usize>() {
                out.extend_from_slice(&rest[..length]);
                rest = &rest[length..];
            }
        }
        out
    }

    #[test]
    fn every_recording_is_written_back_byte_for_byte() {
        let shelf = Shelf::open().unwrap();
        for (name, file) in FILES {
            let mut written = Vec::new();
            for part in shelf.get(name).unwrap().moments.iter().flat_map(|moment| &moment.parts) {
                part.write(&mut written);
            }
            let total = String::from_utf8_lossy(file).trim_end().rsplit(' ').next().unwrap().to_owned();
            assert_eq!(written.len().to_string(), total, "{name}");
            assert!(written == received(file), "{name} is not what was received");
        }
    }

    #[test]
    fn every_capture_of_the_fixtures_is_on_the_shelf() {
        let mut stems: Vec<String> = std::fs::read_dir(test_support::fixtures().join("binderhub"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| std::fs::read(path).unwrap().starts_with(b"# url "))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        stems.sort();
        assert_eq!(stems, FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn the_ends_are_as_recorded() {
        let shelf = Shelf::open().unwrap();
        for (name, end) in [
            ("ready-found-image", End::Complete),
            ("failed-missing-accept", End::Complete),
            ("ready-after-real-build", End::Open),
            ("failed-build-exit3-stream-stays-open", End::Open),
            ("cut-mid-build-binderhub-sigkill", End::Closed),
        ] {
            assert_eq!(shelf.get(name).unwrap().end, end, "{name}");
        }
    }
}

//! A chart's directory with its sealed files opened, as an archive that exists only in memory.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use zeroize::Zeroizing;

use super::tree::{files, unreadable};
use crate::Error;

/// What the sealed files hold, by their paths below the chart's directory.
type Opened = BTreeMap<Utf8PathBuf, Zeroizing<Vec<u8>>>;

/// The most that a stored block of gzip holds.
const BLOCK: usize = 65_535;

/// Packs `directory`; a file that `opened` names, by its path below the directory, is taken from there.
///
/// # Errors
/// [`Error::ChartUnreadable`], and [`Error::ChartSealed`] where a file is sealed that `opened` does not name.
pub(super) fn pack(directory: &Utf8Path, opened: &Opened) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut contents: Vec<(Utf8PathBuf, Zeroizing<Vec<u8>>)> = Vec::new();
    for file in files(directory)? {
        let path = directory.join(&file);
        let bytes = match opened.get(&file) {
            Some(bytes) => bytes.clone(),
            None => Zeroizing::new(std::fs::read(&path).map_err(|source| unreadable(&path, source))?),
        };
        if crate::values::is_ciphertext(&bytes) {
            return Err(Error::ChartSealed { path });
        }
        contents.push((file, bytes));
    }
    let tar = tar(&contents).map_err(|source| unreadable(directory, source))?;
    stored(&tar).map_err(|source| unreadable(directory, source))
}

/// The same bytes for the same files, whoever packs them and when.
fn tar(contents: &[(Utf8PathBuf, Zeroizing<Vec<u8>>)]) -> io::Result<Zeroizing<Vec<u8>>> {
    // For each file a header, its blocks and, where its name is long, one header and name more.
    let size: usize = contents.iter().map(|(path, bytes)| bytes.len() + path.as_str().len() + 3072).sum();
    // Never moved while it is filled, so that no copy of it stays behind.
    let mut builder = tar::Builder::new(Exact::with_capacity(size + 2048));
    for (path, bytes) in contents {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        builder.append_data(&mut header, Utf8Path::new("chart").join(path), bytes.as_slice())?;
    }
    Ok(builder.into_inner()?.0)
}

/// Gzip without compression: its bytes depend on no compressor, and it costs no time.
fn stored(bytes: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
    let blocks = bytes.len().div_ceil(BLOCK).max(1);
    let mut out = Exact::with_capacity(bytes.len() + 5 * blocks + 18);
    // Magic, deflate, no flags, no time, no hint, an unknown system.
    out.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])?;
    let mut chunks = bytes.chunks(BLOCK).peekable();
    while let Some(chunk) = chunks.next() {
        let length = u16::try_from(chunk.len()).map_err(io::Error::other)?;
        out.write_all(&[u8::from(chunks.peek().is_none())])?;
        out.write_all(&length.to_le_bytes())?;
        out.write_all(&(!length).to_le_bytes())?;
        out.write_all(chunk)?;
    }
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    out.write_all(&crc.sum().to_le_bytes())?;
    out.write_all(&crc.amount().to_le_bytes())?;
    Ok(out.0)
}

/// A buffer that never grows: growing would leave a copy behind that nobody erases.
struct Exact(Zeroizing<Vec<u8>>);

impl Exact {
    fn with_capacity(size: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(size)))
    }
}

impl io::Write for Exact {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.capacity() - self.0.len() < bytes.len() {
            return Err(io::Error::other("the archive is larger than it was computed to be"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    const SEALED: &[u8] = b"\0GITCRYPT\0xxxxxxxxxxxxyyyy";

    fn chart(order: &[(&str, &[u8])]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (file, bytes) in order {
            let path = directory.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        directory
    }

    fn bytes(chart: &tempfile::TempDir, opened: &[(&str, &[u8])]) -> Result<Vec<u8>, Error> {
        let opened = opened
            .iter()
            .map(|(path, bytes)| (Utf8PathBuf::from(*path), Zeroizing::new(bytes.to_vec())))
            .collect();
        Ok(pack(Utf8Path::from_path(chart.path()).unwrap(), &opened)?.to_vec())
    }

    #[test]
    fn an_archive_holds_the_opened_files_and_is_the_same_each_time() {
        let long = format!("files/{}/{}.py", "d".repeat(120), "f".repeat(120));
        let large = vec![7; 200_000];
        let files: [(&str, &[u8]); 4] =
            [("Chart.yaml", b"name: a\n"), ("templates/a.yaml", b""), (&long, SEALED), ("large", &large)];
        let mut reversed = files;
        reversed.reverse();
        let opened: [(&str, &[u8]); 1] = [(&long, b"print(1)\n")];
        let first = bytes(&chart(&files), &opened).unwrap();
        let second = bytes(&chart(&reversed), &opened).unwrap();
        assert!(first == second, "two archives of the same files differ");
        // Pinned: the bytes depend on no version of a compressor.
        let mut crc = flate2::Crc::new();
        crc.update(&first);
        assert_eq!((first.len(), crc.sum()), (205_350, 1_842_123_305));

        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(first.as_slice()));
        let mut found = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            assert_eq!((entry.header().mtime().unwrap(), entry.header().uid().unwrap()), (0, 0));
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            found.push((path, bytes));
        }
        let wanted = [
            ("chart/Chart.yaml".to_owned(), b"name: a\n".to_vec()),
            (format!("chart/{long}"), b"print(1)\n".to_vec()),
            ("chart/large".to_owned(), large),
            ("chart/templates/a.yaml".to_owned(), Vec::new()),
        ];
        assert!(found == wanted, "{:?}", found.iter().map(|(path, _)| path).collect::<Vec<_>>());
    }

    #[test]
    fn ciphertext_that_nobody_opened_is_refused() {
        let chart = chart(&[("Chart.yaml", b""), ("files/key", SEALED)]);
        let error = bytes(&chart, &[]).unwrap_err();
        assert!(matches!(&error, Error::ChartSealed { path } if path.ends_with("files/key")), "{error}");
    }
}

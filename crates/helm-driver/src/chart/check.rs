//! Whether a chart holds what would do harm: ciphertext, which Helm would put into the release as it is.

use std::io::Read as _;
use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};
use flate2::read::GzDecoder;

use super::tree;
use crate::Error;
use crate::values::is_ciphertext;

/// Longer than any mark of ciphertext, with the blanks that may stand before armour.
const START: usize = 1024;

/// The sealed files that Helm would load, relative to the chart's directory.
///
/// # Errors
/// [`Error::ChartUnreadable`].
pub(crate) fn sealed_files(directory: &Utf8Path) -> Result<Vec<Utf8PathBuf>, Error> {
    let mut sealed = Vec::new();
    for file in tree::files(directory)? {
        if is_sealed(&directory.join(&file))? {
            sealed.push(file);
        }
    }
    Ok(sealed)
}

/// Refuses a chart with a sealed file in it.
///
/// # Errors
/// [`Error::ChartSealed`], [`Error::ChartUnreadable`].
pub(crate) fn directory(directory: &Utf8Path) -> Result<(), Error> {
    match sealed_files(directory)?.first() {
        Some(file) => Err(Error::ChartSealed { path: directory.join(file) }),
        None => Ok(()),
    }
}

fn is_sealed(path: &Utf8Path) -> Result<bool, Error> {
    let mut start = Vec::new();
    std::fs::File::open(PathBuf::from(path))
        .and_then(|file| file.take(START as u64).read_to_end(&mut start))
        .map_err(|source| tree::unreadable(path, source))?;
    Ok(is_ciphertext(&start))
}

/// Looks at a packed chart and at the beginning of every file in it.
///
/// # Errors
/// [`Error::ChartSealed`], [`Error::ChartPacked`].
pub(crate) fn archive(name: &Utf8Path, bytes: &[u8]) -> Result<(), Error> {
    if is_ciphertext(bytes) {
        return Err(Error::ChartSealed { path: name.to_owned() });
    }
    let failed = |source| Error::ChartPacked { path: name.to_owned(), source };
    let mut files = tar::Archive::new(GzDecoder::new(bytes));
    let mut is_chart = false;
    for entry in files.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        let inside = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let mut start = Vec::new();
        entry.by_ref().take(START as u64).read_to_end(&mut start).map_err(failed)?;
        if is_ciphertext(&start) {
            return Err(Error::ChartSealed { path: name.join(inside) });
        }
        is_chart |= inside.ends_with("/Chart.yaml");
    }
    match is_chart {
        true => Ok(()),
        false => Err(failed(std::io::Error::other("there is no Chart.yaml in it"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut builder = tar::Builder::new(encoder);
        for (path, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            builder.append_data(&mut header, path, *bytes).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn ciphertext_anywhere_in_a_directory_is_found() {
        let temporary = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(temporary.path()).unwrap();
        std::fs::write(root.join("Chart.yaml"), "name: a").unwrap();
        std::fs::create_dir_all(root.join("files/deep")).unwrap();
        directory(root).unwrap();
        std::fs::write(root.join("files/deep/key"), b"\0GITCRYPT\0xxxxxxxxxxxx").unwrap();
        let error = directory(root).unwrap_err();
        assert!(matches!(&error, Error::ChartSealed { path } if path.ends_with("files/deep/key")), "{error}");
        for sealed in [
            "age-encryption.org/v1\n-> X25519 abc\n".to_owned(),
            format!("{}-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", " \n".repeat(100)),
        ] {
            std::fs::write(root.join("files/deep/key"), &sealed).unwrap();
            assert_eq!(sealed_files(root).unwrap(), ["files/deep/key"], "{sealed}");
        }
    }

    #[test]
    fn ciphertext_anywhere_in_an_archive_is_found_and_what_is_no_chart_is_refused() {
        let chart: (&str, &[u8]) = ("hub/Chart.yaml", b"name: hub");
        archive("hub.tgz".into(), &packed(&[chart, ("hub/files/key", b"open")])).unwrap();
        let sealed = packed(&[chart, ("hub/files/key", b"\0GITCRYPT\0xxxxxxxxxxxx")]);
        let error = archive("hub.tgz".into(), &sealed).unwrap_err();
        assert!(matches!(&error, Error::ChartSealed { path } if path == "hub.tgz/hub/files/key"), "{error}");
        let error = archive("hub.tgz".into(), b"\0GITCRYPT\0xxxxxxxxxxxx").unwrap_err();
        assert!(matches!(&error, Error::ChartSealed { path } if path == "hub.tgz"), "{error}");
        let other = packed(&[("a.txt", b"x")]);
        for bytes in [&b""[..], b"no archive", &other, &sealed[..20]] {
            let error = archive("hub.tgz".into(), bytes).unwrap_err();
            assert!(matches!(error, Error::ChartPacked { .. }), "{error}");
        }
    }
}

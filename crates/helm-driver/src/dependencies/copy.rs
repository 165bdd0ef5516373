//! A copy of a chart, and of the charts beside it that it depends on, which may be written to.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::Declared;
use crate::Error;

/// How far above itself a chart may reach for another one.
const ABOVE: usize = 8;

/// Copies the chart in `from` somewhere below `room`, with what it names by `file://` at the same place
/// as seen from it. Returns where the copy is.
///
/// # Errors
/// [`Error::ChartUnreadable`], [`Error::ChartMissing`] for a chart beside it that is not there.
pub(crate) fn copy(from: &Utf8Path, room: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let mut to = room.to_owned();
    (0..ABOVE).for_each(|_| to.push("d"));
    to.push(from.file_name().unwrap_or("chart"));
    with_neighbours(from, &to, ABOVE)?;
    Ok(to)
}

fn with_neighbours(from: &Utf8Path, to: &Utf8Path, depth: usize) -> Result<(), Error> {
    if to.exists() {
        return Ok(());
    }
    tree(from, to, 0)?;
    for relative in Declared::read(from).wanted.iter().filter_map(|wanted| wanted.local()) {
        // Charts that name each other in a circle are Helm's to refuse.
        if Utf8Path::new(relative).is_absolute() || depth == 0 {
            continue;
        }
        let neighbour = from.join(relative);
        if !neighbour.join("Chart.yaml").is_file() {
            return Err(Error::ChartMissing { path: neighbour });
        }
        let place = resolved(&to.join(relative));
        with_neighbours(&neighbour, &place, depth - 1)?;
    }
    Ok(())
}

/// A path without its `..`, by its words alone, as Helm resolves it.
fn resolved(path: &Utf8Path) -> Utf8PathBuf {
    let mut whole = Utf8PathBuf::new();
    for part in path.components() {
        match part {
            Utf8Component::ParentDir => drop(whole.pop()),
            Utf8Component::CurDir => {}
            other => whole.push(other),
        }
    }
    whole
}

/// Links are followed, as Helm does; deeper than any chart goes is a circle of them.
fn tree(from: &Utf8Path, to: &Utf8Path, depth: usize) -> Result<(), Error> {
    let failed = |path: &Utf8Path| {
        let path = path.to_owned();
        move |source| Error::ChartUnreadable { path, source }
    };
    if depth > 32 {
        return Err(failed(from)(std::io::Error::other("its folders go round in a circle")));
    }
    std::fs::create_dir_all(to).map_err(failed(to))?;
    for entry in from.read_dir_utf8().map_err(failed(from))? {
        let entry = entry.map_err(failed(from))?;
        if entry.file_name() == ".git" {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            tree(entry.path(), &target, depth + 1)?;
        } else if entry.path().is_file() {
            std::fs::copy(entry.path(), &target).map_err(failed(entry.path()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_copied_with_those_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(directory.path()).unwrap();
        for (path, text) in [
            (
                "helm/charts/dask/Chart.yaml",
                "dependencies: [{name: base, version: 1.0.0, repository: 'file://../base'}]",
            ),
            ("helm/charts/dask/templates/a.yaml", "a: 1"),
            ("helm/charts/base/Chart.yaml", "name: base"),
            ("helm/charts/other/Chart.yaml", "name: other"),
        ] {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), text).unwrap();
        }
        let copied = copy(&root.join("helm/charts/dask"), &root.join("room")).unwrap();
        assert!(copied.join("templates/a.yaml").is_file() && copied.join("../base/Chart.yaml").is_file());
        assert!(!copied.join("../other").exists());
        std::fs::remove_dir_all(root.join("helm/charts/base")).unwrap();
        let error = copy(&root.join("helm/charts/dask"), &root.join("room2")).unwrap_err();
        assert!(matches!(error, Error::ChartMissing { .. }), "{error}");
    }
}

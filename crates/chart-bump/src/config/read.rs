//! From the nodes of `bump.yaml` to its values.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use url::Url;

use super::model::{BumpFile, Ignored, Place, PullRequests, Source, Upstream, Watch};
use super::node::Node;
use crate::edit::YamlFile;
use crate::error::{BumpError, ConfigFault};
use crate::image::Part;
use crate::version::Scheme;

pub(super) fn bump_file(file: &YamlFile) -> Result<BumpFile, BumpError> {
    let top = Node::root(file)?.fields("a mapping", &["apiVersion", "watch", "ignore", "pull-requests"])?;
    let version = top.need("apiVersion")?;
    if version.text("`1`")? != "1" {
        return Err(version.wrong("`1`"));
    }
    let mut read = BumpFile::default();
    if let Some(node) = top.get("watch") {
        for (name, _, node) in node.entries("a mapping from names to what is watched")? {
            read.watch.push(watch(name, node)?);
        }
    }
    if let Some(node) = top.get("ignore") {
        for node in node.items("a list of names with reasons")? {
            let fields = node.fields("a name with a reason", &["name", "reason"])?;
            let at = fields.need("name")?;
            let name = at.text("a name")?.to_owned();
            if read.watched(&name).is_some() {
                return Err(at.wrong("a name that is not watched as well"));
            }
            if read.ignored(&name).is_some() {
                return Err(at.fault(ConfigFault::Twice { key: name }));
            }
            let reason = fields.need("reason")?.text("why nobody is to watch it")?.to_owned();
            read.ignore.push(Ignored { name, reason });
        }
    }
    if let Some(node) = top.get("pull-requests") {
        read.pull_requests = pull_requests(node, &read)?;
    }
    Ok(read)
}

fn pull_requests(node: Node<'_>, file: &BumpFile) -> Result<PullRequests, BumpError> {
    let fields = node.fields("`labels` and `auto-merge`", &["labels", "auto-merge"])?;
    let mut read = PullRequests::default();
    if let Some(node) = fields.get("labels") {
        for label in node.items("a list of labels")? {
            read.labels.push(label.text("a label")?.to_owned());
        }
    }
    if let Some(node) = fields.get("auto-merge") {
        for at in node.items("a list of watched names")? {
            let name = at.text("a watched name")?;
            if file.watched(name).is_none() {
                let near = file.nearest(name);
                return Err(at.fault(ConfigFault::Value { wanted: "a name that is watched above", near }));
            }
            read.auto_merge.push(name.to_owned());
        }
    }
    Ok(read)
}

fn watch(name: &str, node: Node<'_>) -> Result<Watch, BumpError> {
    let fields = node.fields("a mapping", &["source", "scheme", "upstream", "targets"])?;
    let at = fields.need("targets")?;
    let targets = at.items("a list of files with paths")?.into_iter().map(target);
    let targets = targets.collect::<Result<Vec<_>, _>>()?;
    if targets.is_empty() {
        return Err(at.wrong("at least one file with its path"));
    }
    Ok(Watch {
        name: name.to_owned(),
        source: source(fields.need("source")?)?,
        scheme: scheme(fields.need("scheme")?)?,
        upstream: fields.get("upstream").map(upstream).transpose()?,
        targets,
    })
}

fn source(node: Node<'_>) -> Result<Source, BumpError> {
    const WANTED: &str = "`helm` with `chart`, or `image`";
    let fields = node.fields(WANTED, &["helm", "chart", "image"])?;
    match (fields.get("helm"), fields.get("chart"), fields.get("image")) {
        (Some(at), _, None) => {
            const ADDRESS: &str = "the http, https or oci address of a Helm repository";
            let repository = Url::parse(at.text(ADDRESS)?).ok();
            let repository = repository.filter(|url| matches!(url.scheme(), "http" | "https" | "oci"));
            let repository = repository.ok_or_else(|| at.wrong(ADDRESS))?;
            let chart = fields.need("chart")?.text("the name of a chart")?.to_owned();
            Ok(Source::Helm { repository, chart })
        }
        (None, None, Some(at)) => {
            const IMAGE: &str = "an image without tag and digest";
            let image = at.text(IMAGE)?;
            if Part::Tag.image(image) != Some(image) {
                return Err(at.wrong(IMAGE));
            }
            Ok(Source::Image(image.to_owned()))
        }
        _ => Err(node.wrong(WANTED)),
    }
}

fn scheme(node: Node<'_>) -> Result<Scheme, BumpError> {
    const WANTED: &str = "semver, chartpress, release-hash, bare-hash, calver or versioneer";
    let text = node.text(WANTED)?;
    Scheme::ALL.into_iter().find(|scheme| scheme.name() == text).ok_or_else(|| {
        let near = crate::near::nearest(text, Scheme::ALL.map(Scheme::name));
        node.fault(ConfigFault::Value { wanted: WANTED, near })
    })
}

fn upstream(node: Node<'_>) -> Result<Upstream, BumpError> {
    const REPO: &str = "`owner/name`";
    let fields = node.fields("`repo` with `branch`", &["repo", "branch"])?;
    let at = fields.need("repo")?;
    let repo = at.text(REPO)?;
    let parts: Vec<&str> = repo.split('/').collect();
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if parts.len() != 2 || parts.iter().any(|part| part.is_empty() || !part.chars().all(word)) {
        return Err(at.wrong(REPO));
    }
    let branch = fields.get("branch").map(|at| at.text("the name of a branch")).transpose()?;
    Ok(Upstream { repo: repo.to_owned(), branch: branch.map(str::to_owned) })
}

fn target(node: Node<'_>) -> Result<Place, BumpError> {
    const FILE: &str = "a file below the top of the repository";
    let fields = node.fields("`file` with `path`", &["file", "path", "part"])?;
    let at = fields.need("file")?;
    let file = Utf8PathBuf::from(at.text(FILE)?);
    if !stays_below(&file) {
        return Err(at.wrong(FILE));
    }
    let at = fields.need("path")?;
    const PATH: &str = "a path such as `dependencies[name=binderhub].version`";
    let path = at.text(PATH)?.parse().map_err(|_| at.wrong(PATH))?;
    let part = match fields.get("part") {
        None => Part::Whole,
        Some(at) => match at.text("`tag` or `digest`")? {
            "tag" => Part::Tag,
            "digest" => Part::Digest,
            other => {
                let near = crate::near::nearest(other, ["tag", "digest"]);
                return Err(at.fault(ConfigFault::Value { wanted: "`tag` or `digest`", near }));
            }
        },
    };
    Ok(Place { file, path, part })
}

fn stays_below(file: &Utf8Path) -> bool {
    file.components().all(|part| matches!(part, Utf8Component::Normal(_) | Utf8Component::CurDir))
}

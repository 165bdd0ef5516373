//! From the nodes of `bump.yaml` to its values.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use github_client::{Branch, Listing};
use url::Url;

use super::model::{BumpFile, Ignored, Place, PullRequests, Source, Upstream, Watch};
use super::node::{Fields, Node};
use crate::edit::YamlFile;
use crate::error::{BumpError, ConfigFault};
use crate::image::Part;
use crate::version::Scheme;

pub(super) fn bump_file(file: &YamlFile) -> Result<BumpFile, BumpError> {
    let top = Node::root(file)?
        .fields("a mapping", &["apiVersion", "watch", "ignore", "pull-requests", "credentials"])?;
    let version = top.need("apiVersion")?;
    if version.text("`1`")? != "1" {
        return Err(version.wrong("`1`"));
    }
    let mut read = BumpFile::default();
    if let Some(node) = top.get("watch") {
        for (name, _, node) in node.entries("a mapping from names to what is watched")? {
            read.watch.push(watch(name, node)?);
        }
        groups(node, &read)?;
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
    if let Some(node) = top.get("credentials") {
        read.credentials = super::credentials::credentials(node)?;
    }
    if let Some(node) = top.get("pull-requests") {
        read.pull_requests = pull_requests(node, &read)?;
    }
    Ok(read)
}

/// A group and a name would fight for one branch.
fn groups(node: Node<'_>, read: &BumpFile) -> Result<(), BumpError> {
    for (_, _, node) in node.entries("a mapping")? {
        let at = node.fields("a mapping", WATCH)?.get("group");
        if let Some(at) = at.filter(|at| at.text("").is_ok_and(|group| read.watched(group).is_some())) {
            return Err(at.wrong("the name of a group that is no watched name"));
        }
    }
    Ok(())
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

/// The keys of a watched name.
const WATCH: &[&str] = &["source", "scheme", "upstream", "targets", "group"];

fn watch(name: &str, node: Node<'_>) -> Result<Watch, BumpError> {
    let fields = node.fields("a mapping", WATCH)?;
    let source = source(fields.need("source")?)?;
    let of_image = matches!(source, Source::Image(_));
    let at = fields.need("targets")?;
    let targets = at.items("a list of files with paths")?.into_iter().map(|node| target(node, of_image));
    let targets = targets.collect::<Result<Vec<_>, _>>()?;
    if targets.is_empty() {
        return Err(at.wrong("at least one file with its path"));
    }
    Ok(Watch {
        name: name.to_owned(),
        source,
        scheme: scheme(fields.need("scheme")?)?,
        upstream: fields.get("upstream").map(upstream).transpose()?,
        targets,
        group: fields.get("group").map(group).transpose()?,
    })
}

fn group(node: Node<'_>) -> Result<String, BumpError> {
    const GROUP: &str = "the name of a group, which becomes a branch: letters, digits, `-`, `_`, `.`";
    let group = node.text(GROUP)?;
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_branch = format!("{}{group}", crate::branch::PREFIX).parse::<Branch>().is_ok();
    (is_branch && group.chars().all(word)).then(|| group.to_owned()).ok_or_else(|| node.wrong(GROUP))
}

fn source(node: Node<'_>) -> Result<Source, BumpError> {
    const WANTED: &str = "`helm` with `chart`, `image`, or `github`";
    let fields = node.fields(WANTED, &["helm", "chart", "image", "github", "list", "prefix"])?;
    let of_github = ["list", "prefix"].iter().find_map(|key| fields.get(key));
    if let (Some(at), None) = (of_github, fields.get("github")) {
        return Err(at.wrong("this only beside `github`"));
    }
    if let Some(at) = fields.get("github") {
        let other = ["helm", "chart", "image"].iter().any(|key| fields.get(key).is_some());
        return if other { Err(node.wrong(WANTED)) } else { github(at, &fields) };
    }
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

fn github(at: Node<'_>, fields: &Fields<'_>) -> Result<Source, BumpError> {
    const REPO: &str = "`owner/name`";
    const LIST: &str = "`tags` or `releases`";
    let repo = at.text(REPO)?.parse().map_err(|_| at.wrong(REPO))?;
    let listing = match fields.get("list") {
        None => Listing::Tags,
        Some(at) => match at.text(LIST)? {
            "tags" => Listing::Tags,
            "releases" => Listing::Releases,
            other => {
                let near = crate::near::nearest(other, ["tags", "releases"]);
                return Err(at.fault(ConfigFault::Value { wanted: LIST, near }));
            }
        },
    };
    let prefix = fields.get("prefix").map(|at| at.text("what stands before the version in each tag"));
    Ok(Source::GitHub { repo, listing, prefix: prefix.transpose()?.unwrap_or_default().to_owned() })
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

fn target(node: Node<'_>, of_image: bool) -> Result<Place, BumpError> {
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
    const PART: &str = "`tag`, `digest` or `tag@digest`";
    let part = match fields.get("part") {
        None => Part::Whole,
        Some(at) => {
            let parts = [Part::Tag, Part::Digest, Part::TagAndDigest];
            let text = at.text(PART)?;
            let part = parts.into_iter().find(|part| part.to_string() == text);
            let part = part.ok_or_else(|| {
                let near = crate::near::nearest(text, ["tag", "digest", "tag@digest"]);
                at.fault(ConfigFault::Value { wanted: PART, near })
            })?;
            if part.needs_digest() && !of_image {
                return Err(at.wrong("no digest: only a source `image` knows it"));
            }
            part
        }
    };
    Ok(Place { file, path, part })
}

fn stays_below(file: &Utf8Path) -> bool {
    file.components().all(|part| matches!(part, Utf8Component::Normal(_) | Utf8Component::CurDir))
}

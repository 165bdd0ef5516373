//! `bump log`: what upstream merged since the version in use, or the three pages that compare.

use chart_bump::config::Source;
use chart_bump::source::Index;
use chart_bump::{
    Allow, BumpError, Deployment, Files, Merged, Part, Pin, Rules, Subject, Target, candidate, compare_url,
    merged, nested_version,
};
use url::Url;

use super::asked::Everybody;
use super::draft::subject;
use super::upstream::Upstream;
use super::{Failure, LogRequest, Outcome};

/// Two versions of a name.
pub(crate) struct Compared {
    pub(crate) name: String,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) page: Option<Url>,
}

pub(super) async fn run(request: LogRequest) -> Result<Outcome, Failure> {
    let deployment = Deployment::read(&Files::Folder(request.world.root.clone())).await?;
    let everybody = Everybody::new(&request.world, deployment.config())?;
    match &request.name {
        Some(name) => one(&deployment, name, &everybody).await,
        None => Ok(Outcome::Pages { pages: pages(&deployment, &everybody).await? }),
    }
}

async fn one(deployment: &Deployment, name: &str, everybody: &Everybody) -> Result<Outcome, Failure> {
    let (subject, rules) = subject(deployment, name, None, &Allow::default(), everybody).await?;
    let (compared, _) = newest(&subject, &rules, everybody).await?;
    let mut notes = Vec::new();
    let mut list: Vec<Merged> = Vec::new();
    match everybody.clone_of(&subject) {
        None => match Upstream::of(everybody, &subject) {
            None => notes.push(
                "what was merged a clone or GitHub tells: pass `--upstream-clone DIR` or `--github`"
                    .to_owned(),
            ),
            Some(upstream) => match upstream.merged(&compared.old, &compared.new).await? {
                Some(between) => list = between.merged.into_iter().map(from_github).collect(),
                None => notes.push("GitHub does not know both versions".to_owned()),
            },
        },
        Some(clone) => match (clone.commit_of(&compared.old).await?, clone.commit_of(&compared.new).await?) {
            (Some(old), Some(new)) => list = merged(clone.git(), &old, &new).await?,
            _ => notes.push("the clone does not know both versions: run `git fetch --tags` in it".to_owned()),
        },
    }
    Ok(Outcome::Log { compared, merged: list, notes })
}

/// A pull request, whose commits are of no concern.
fn from_github(pull: github_client::Merged) -> Merged {
    let labels: String = pull.labels.iter().map(|label| format!(" [{label}]")).collect();
    Merged {
        commit: String::new(),
        pull_request: Some(pull.number),
        title: format!("{}{labels}", pull.title),
        author: pull.author.unwrap_or_default(),
    }
}

/// The version in use and the newest: as its source lists it, else as the clone has it.
async fn newest(
    subject: &Subject,
    rules: &Rules,
    everybody: &Everybody,
) -> Result<(Compared, Option<Index>), Failure> {
    let Some(pin) = subject.found.lead() else {
        return Err(no_order(subject).into());
    };
    let (new, index) = match everybody.listed(subject, &Target::Latest, rules).await {
        Ok(index) => (candidate(pin, &Target::Latest, &index, rules), Some(index)),
        Err(error @ (BumpError::Unreachable { .. } | BumpError::NoLookup { .. })) => {
            if everybody.clone_of(subject).is_none() {
                return Err(error.into());
            }
            (None, None)
        }
        Err(error) => return Err(error.into()),
    };
    let new = match new {
        Some(new) => new,
        // Nobody lists anything: what upstream has, published or not.
        None => match everybody.clone_of(subject) {
            Some(clone) => clone.tip(subject.branch()).await?.ok_or_else(|| no_order(subject))?,
            None => return Err(no_order(subject).into()),
        },
    };
    let entry = index.as_ref().and_then(|index| index.entries.iter().find(|entry| entry.version == new));
    let (repo, prefix) = (rules.upstream.as_deref(), rules.tag_prefix.as_deref());
    let page = compare_url(&subject.name, repo, entry, prefix, (&pin.version, &new));
    let compared = Compared { name: subject.name.clone(), old: pin.version.clone(), new, page };
    Ok((compared, index))
}

fn no_order(subject: &Subject) -> BumpError {
    BumpError::NoOrder {
        chart: subject.chart().to_owned(),
        current: subject.found.lead().map(|pin| pin.version.clone()).unwrap_or_default(),
        why: "cannot be held against anything: no source and no clone tells of a newer one",
    }
}

/// The three lines, of those that the repository deploys.
async fn pages(
    deployment: &Deployment,
    everybody: &Everybody,
) -> Result<Vec<(&'static str, Result<Url, Failure>)>, Failure> {
    let mut pages = Vec::new();
    for (label, name) in [("BinderHub", "binderhub"), ("repo2docker", "repo2docker")] {
        if deployment.subject(name).is_ok() {
            pages.push((label, page(deployment, name, everybody).await));
        }
    }
    let hub = if deployment.subject("jupyterhub").is_ok() {
        Some(page(deployment, "jupyterhub", everybody).await)
    } else if deployment.subject("binderhub").is_ok() {
        Some(nested_page(deployment, everybody).await)
    } else {
        None
    };
    pages.extend(hub.map(|hub| ("JupyterHub", hub)));
    if pages.is_empty() {
        deployment.subject("binderhub")?;
    }
    Ok(pages)
}

async fn page(deployment: &Deployment, name: &str, everybody: &Everybody) -> Result<Url, Failure> {
    let (subject, rules) = subject(deployment, name, None, &Allow::default(), everybody).await?;
    let (compared, _) = newest(&subject, &rules, everybody).await?;
    Ok(compared.page.ok_or_else(|| no_order(&subject))?)
}

/// JupyterHub as the BinderHub in use brings it along, against the newest.
async fn nested_page(deployment: &Deployment, everybody: &Everybody) -> Result<Url, Failure> {
    let (binderhub, rules) = subject(deployment, "binderhub", None, &Allow::default(), everybody).await?;
    let (in_use, index) = newest(&binderhub, &rules, everybody).await?;
    let listed = index.as_ref().and_then(|index| {
        let entry = index.entries.iter().find(|entry| entry.version == in_use.old)?;
        entry.nested("jupyterhub").map(str::to_owned)
    });
    let old = match (listed, everybody.clone_of(&binderhub)) {
        (Some(listed), _) => Some(listed),
        (None, Some(clone)) => match clone.commit_of(&in_use.old).await? {
            Some(commit) => nested_version(clone.git(), &commit, "jupyterhub").await?,
            None => None,
        },
        (None, None) => None,
    };
    let old = old.ok_or_else(|| no_order(&binderhub))?;
    let source = match &binderhub.source {
        Ok(Source::Helm { repository, .. }) => {
            Ok(Source::Helm { repository: repository.clone(), chart: "jupyterhub".to_owned() })
        }
        _ => return Err(no_order(&binderhub).into()),
    };
    let mut hub =
        Subject { name: "jupyterhub".to_owned(), source, scheme: None, upstream: None, ..binderhub };
    hub.found.pins = hub.found.pins.into_iter().take(1).map(|pin| nested_pin(pin, &old)).collect();
    let (compared, _) = newest(&hub, &Rules::default(), everybody).await?;
    Ok(compared.page.ok_or_else(|| no_order(&hub))?)
}

fn nested_pin(pin: Pin, version: &str) -> Pin {
    Pin { version: version.to_owned(), scalar: version.to_owned(), part: Part::Whole, ..pin }
}

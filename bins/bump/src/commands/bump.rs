//! `bump NAME TARGET`: find, look up, plan, write.

use camino::Utf8Path;
use chart_bump::{
    BumpError, Found, Notice, Origin, Plan, find_dependency, manifests, source::Index, source::index_address,
    write_files,
};

use super::{BumpRequest, Failure, Outcome, read};
use crate::http;

pub(super) fn run(request: BumpRequest) -> Result<Outcome, Failure> {
    let files = manifests(&request.root)?;
    let texts = files.into_iter().map(|file| Ok((file.clone(), read(&request.root.join(file))?)));
    let found = find_dependency(&request.name, texts.collect::<Result<Vec<_>, BumpError>>()?)?;
    let index = published(&request, &found)?;
    let mut plan = Plan::new(&request.name, found, &request.target, &index, request.allow_downgrade)?;
    let locks = plan.files.iter().flat_map(|file| stale_locks(&request.root, &file.file));
    plan.notices.extend(locks);
    if !request.dry_run {
        write_files(&request.root, &plan.files)?;
    }
    Ok(Outcome::Bumped { plan, dry_run: request.dry_run })
}

/// The locks beside a manifest; Helm refuses to build from one that names another version.
fn stale_locks(root: &Utf8Path, manifest: &Utf8Path) -> Vec<Notice> {
    let locks = ["Chart.lock", "requirements.lock"].map(|name| manifest.with_file_name(name));
    let there = locks.into_iter().filter(|lock| root.join(lock).exists());
    there.map(|file| Notice::StaleLock { file }).collect()
}

fn published(request: &BumpRequest, found: &Found) -> Result<Index, Failure> {
    if let Some(file) = &request.index {
        return Ok(Index::parse(Origin::File(file.clone()), &request.name, &read(file)?)?);
    }
    let repository = found.pins.first().and_then(|pin| pin.repository.as_deref());
    let address = index_address(&request.name, repository)?;
    http::index(&address, &request.name, request.timeout)
}

//! `deploy secrets migrate`: a repository moves from git-crypt to age in one command, and back.

use std::collections::HashMap;

use camino::{Utf8Path, Utf8PathBuf};
use clap::ValueEnum;
use jiff::Timestamp;
use secret_vault::age::{Vault, rules};
use secret_vault::audit::History;
use secret_vault::{Key, Opened};
use serde_json::json;

use super::age::{Place, Repo, VaultArgs, VaultTrouble, federation_file, gather};
use super::key;
use crate::args::{Common, Output};
use crate::exit;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// `deploy secrets migrate --to age|git-crypt`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets migrate --to age --key ~/mybinder.key
  deploy secrets migrate --to git-crypt --key ~/mybinder.key

Nothing is committed: look at `git status`, then commit. Going back with the same key gives the very bytes
that were there before. Older commits stay as they are, and open to the git-crypt key.")]
pub(crate) struct Args {
    /// The way to seal from now on
    #[arg(long, value_name = "WAY")]
    to: Way,
    #[command(flatten)]
    vault: VaultArgs,
}

/// How files are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    Age,
    GitCrypt,
}

/// Moves; the exit code.
pub(crate) async fn migrate(
    args: &Args,
    common: &Common,
    world: &World,
    now: Timestamp,
) -> Result<u8, Refusal> {
    let place = Place::find(&args.vault, common, world)?;
    let changes = place.repo.ask(["status", "--porcelain", "--untracked-files=no"]).await?;
    if !changes.trim_ascii().is_empty() {
        return Err(Trouble::Dirty { folder: place.repo.top().to_owned() }.into());
    }
    let identities = gather(common, world)?;
    let (paths, way) = match args.to {
        Way::Age => {
            let (vault, is_new) = place.open_or_begin(identities).await?;
            if vault.manifest().files().next().is_some() {
                return Err(VaultTrouble::VaultThere { path: place.paths.manifest.clone() }.into());
            }
            let keys = keys(common, world, &place).await?;
            (to_age(&place, vault, is_new, &keys, now).await?, "age")
        }
        Way::GitCrypt => {
            let vault = place.open(identities).await?;
            let keys = keys(common, world, &place).await?;
            (to_git_crypt(&place, vault, keys.first().ok_or(Trouble::NoKey)?).await?, "git-crypt")
        }
    };
    match common.output {
        Output::Json => anstream::println!("{}", json!({"v": 1, "to": way, "files": paths})),
        Output::Human => {
            paths.iter().for_each(|path| anstream::println!("{path}"));
            anstream::eprintln!("{} files are sealed with {way} and staged", paths.len());
            anstream::eprint!("{}", next_steps(args.to, &place, common, world));
        }
    }
    Ok(exit::DONE)
}

/// What is left to do, in words that can be followed as they stand.
fn next_steps(to: Way, place: &Place, common: &Common, world: &World) -> String {
    let mut steps = Vec::new();
    if let Some(file) = federation_file(&world.here, common, world) {
        let typed = |path: &Utf8Path| path.strip_prefix(&world.here).unwrap_or(path).to_owned();
        let whole = place.repo.top().join(&place.paths.readers);
        let readers = file.parent().and_then(|folder| whole.strip_prefix(folder).ok());
        let secrets = match to {
            Way::Age => format!("{{age: {{recipients: {}}}}}", readers.unwrap_or(&place.paths.readers)),
            Way::GitCrypt => "{git-crypt: true}".to_owned(),
        };
        let file = typed(&file);
        steps.push(format!("in {file}, write `secrets: {secrets}`, then `git add {file}`"));
    }
    steps.push(match to {
        Way::Age => "git commit -m 'Seal with age'".to_owned(),
        Way::GitCrypt => "git commit -m 'Seal with git-crypt'".to_owned(),
    });
    steps.push(
        match to {
            Way::Age => "where GIT_CRYPT_KEY is set for a deploy, set AGE_IDENTITY to a reader's private key",
            Way::GitCrypt => "where AGE_IDENTITY is set for a deploy, set GIT_CRYPT_KEY to the key in base64",
        }
        .to_owned(),
    );
    let numbered = steps.iter().enumerate().map(|(at, step)| format!("  {}. {step}\n", at + 1));
    format!("next:\n{}`deploy secrets status` tells what is amiss\n", numbered.collect::<String>())
}

fn failed(error: secret_vault::age::Error) -> Refusal {
    Refusal::failed(&error)
}

/// The key that is named, else those that the clone has.
async fn keys(common: &Common, world: &World, place: &Place) -> Result<Vec<Key>, Refusal> {
    if let Some(key) = key::given(common, world)? {
        return Ok(vec![key]);
    }
    let folder = place.repo.ask(["rev-parse", "--git-common-dir"]).await?;
    let folder = place.repo.top().join(String::from_utf8_lossy(&folder).trim()).join("git-crypt/keys");
    let mut keys = Vec::new();
    for entry in folder.read_dir_utf8().into_iter().flatten().flatten() {
        let bytes = std::fs::read(entry.path())
            .map_err(|source| Trouble::Unreadable { path: entry.path().to_owned(), source })?;
        let key = Key::from_bytes(entry.path().as_str(), &bytes);
        keys.push(key.map_err(|error| Refusal::usage([&error as &dyn problem::Diagnose]))?);
    }
    keys.sort_by_key(|key| key.name().map(str::to_owned));
    if keys.is_empty() { Err(Trouble::NoKey.into()) } else { Ok(keys) }
}

/// The paths whose filter is one of these, and the files of rules.
async fn tracked(
    repo: &Repo,
    filter: impl Fn(&str) -> bool,
) -> Result<(Vec<Utf8PathBuf>, Vec<Utf8PathBuf>), Refusal> {
    let listing = repo.ask(["ls-files", "-z"]).await?;
    let checked = repo.tell(["check-attr", "-z", "--stdin", "filter"], listing).await?;
    let fields: Vec<String> =
        checked.split(|byte| *byte == 0).map(|field| String::from_utf8_lossy(field).into_owned()).collect();
    let (mut sealed, mut ruled) = (Vec::new(), Vec::new());
    for triple in fields.chunks_exact(3) {
        let [path, _, value] = triple else { continue };
        let path = Utf8PathBuf::from(path);
        if path.file_name() == Some(".gitattributes") {
            ruled.push(path);
        } else if filter(value) {
            sealed.push(path);
        }
    }
    Ok((sealed, ruled))
}

async fn to_age(
    place: &Place,
    mut vault: Vault,
    is_new: bool,
    keys: &[Key],
    now: Timestamp,
) -> Result<Vec<Utf8PathBuf>, Refusal> {
    let is_git_crypt = |value: &str| value == "git-crypt" || value.starts_with("git-crypt-");
    let (mut sealed, ruled) = tracked(&place.repo, is_git_crypt).await?;
    // The readers' file lies where the old rules seal; from now on they do not.
    sealed.retain(|path| !place.paths.all().contains(&path.as_path()));
    let objects: Vec<String> = sealed.iter().map(|path| format!(":{path}")).collect();
    let contents = place.repo.contents(&objects).await?;
    let changed = last_changes(&place.repo).await?;
    let mut files: Vec<(Utf8PathBuf, Vec<u8>)> = Vec::new();
    if !is_new {
        vault.advance();
    }
    for (path, content) in sealed.into_iter().zip(contents) {
        let Some(content) = content.filter(|content| !content.is_empty()) else { continue };
        let opened = opened(keys, &path, &content)?;
        let since = changed.get(path.as_str().as_bytes()).copied().unwrap_or(now);
        files.push((path.clone(), vault.seal_file(&path, opened.expose(), since).map_err(failed)?));
    }
    if files.is_empty() {
        return Err(VaultTrouble::NothingSealed { with: "git-crypt" }.into());
    }
    for path in &ruled {
        let rules = String::from_utf8_lossy(&place.repo.read(path)?).into_owned();
        place.repo.write(path, rules::to_age(&rules).as_bytes())?;
    }
    let own = rules::for_own_files(ruled.iter().map(Utf8PathBuf::as_path), &place.paths);
    let rules = place.repo.read(&own).unwrap_or_default();
    let rules = rules::with_own_files(&String::from_utf8_lossy(&rules), &own, &place.paths);
    place.repo.write(&own, rules.as_bytes())?;
    for (path, bytes) in &files {
        place.repo.write(path, bytes)?;
    }
    place.write(&vault, is_new)?;
    let mut staged: Vec<Utf8PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
    stage(
        &place.repo,
        ruled.iter().map(Utf8PathBuf::as_path).chain([own.as_path()]).chain(place.paths.all()),
        &staged,
    )
    .await?;
    staged.sort();
    Ok(staged)
}

fn opened(keys: &[Key], path: &Utf8Path, content: &[u8]) -> Result<Opened, Refusal> {
    let mut refusal = None;
    for key in keys {
        match key.open(path, content) {
            Ok(opened) => return Ok(opened),
            Err(error) => refusal = refusal.or(Some(Refusal::failed(&error))),
        }
    }
    Err(refusal.unwrap_or_else(|| Trouble::NoKey.into()))
}

/// When each path last changed: git-crypt seals the same content to the same bytes, so this tells of contents.
async fn last_changes(repo: &Repo) -> Result<HashMap<Vec<u8>, Timestamp>, Refusal> {
    let log = repo.ask(History::LOG).await?;
    let history = History::parse(&log).unwrap_or_default();
    let mut last = HashMap::new();
    for change in &history.changes {
        if let Some(commit) = history.commit(change) {
            last.entry(change.path.clone()).or_insert(commit.at);
        }
    }
    Ok(last)
}

async fn to_git_crypt(place: &Place, mut vault: Vault, key: &Key) -> Result<Vec<Utf8PathBuf>, Refusal> {
    let (_, ruled) = tracked(&place.repo, |_| false).await?;
    let clean = place.repo.ask(["config", "--get", "filter.git-crypt.clean"]).await;
    // In an unlocked clone git seals what it is given; in a locked one it takes the bytes as they are.
    let unlocked = clean.is_ok();
    let mut files = Vec::new();
    for (path, _) in vault.manifest().files() {
        let opened = vault.open_file(path, &place.repo.read(path)?).map_err(failed)?;
        files.push((path.to_owned(), opened));
    }
    if files.is_empty() {
        return Err(VaultTrouble::NothingSealed { with: "age" }.into());
    }
    for path in &ruled {
        let rules = String::from_utf8_lossy(&place.repo.read(path)?).into_owned();
        place.repo.write(path, rules::to_git_crypt(&rules).as_bytes())?;
    }
    for (path, opened) in &files {
        match unlocked {
            true => place.repo.write(path, opened.expose())?,
            false => place.repo.write(path, &key.seal(opened.expose()))?,
        }
    }
    let paths: Vec<Utf8PathBuf> = files.into_iter().map(|(path, _)| path).collect();
    // The vault stays, empty and signed: a new one in its place would look like a stranger's.
    vault.advance();
    paths.iter().for_each(|path| vault.forget_file(path));
    place.write(&vault, false)?;
    let own = [place.paths.manifest.as_path()];
    stage(&place.repo, ruled.iter().map(Utf8PathBuf::as_path).chain(own), &paths).await?;
    Ok(paths)
}

/// The rules first: they say how the files are taken.
async fn stage<'p>(
    repo: &Repo,
    first: impl IntoIterator<Item = &'p Utf8Path>,
    files: &[Utf8PathBuf],
) -> Result<(), Refusal> {
    let add =
        |paths: Vec<u8>| repo.tell(["add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul"], paths);
    let listed = |paths: &mut dyn Iterator<Item = &Utf8Path>| {
        paths.map(Utf8Path::as_str).collect::<Vec<_>>().join("\0").into_bytes()
    };
    add(listed(&mut first.into_iter())).await?;
    add(listed(&mut files.iter().map(Utf8PathBuf::as_path))).await.map(drop)
}

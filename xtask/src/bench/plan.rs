//! The benchmark of plans: several members of many objects, all of them changed, behind a slow network.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use sandbox::{AuditLog, Effect, Fault, FaultProxy, State, Target};
use serde_json::Value;

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct PlanOptions {
    /// How many members
    #[arg(long, default_value_t = 5)]
    members: usize,
    /// How many objects each has
    #[arg(long, default_value_t = 150)]
    objects: usize,
    /// How long every request waits on its way, in milliseconds
    #[arg(long, default_value_t = 50)]
    latency: u64,
    /// How often
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// The major version of Helm
    #[arg(long, default_value_t = 3)]
    helm: u8,
    /// A `deploy` that is there already, instead of one built now with optimisation
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) deploy: Option<Utf8PathBuf>,
}

/// Measures ours and kubectl's in turn, and prints a line a run and the medians.
pub(crate) async fn plan(options: &PlanOptions, state: &State, deploy: Utf8PathBuf) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let stage = Stage {
        root: Utf8Path::from_path(folder.path()).context("a folder that is UTF-8")?.to_owned(),
        helm: if options.helm == 3 { state.helm.v3.clone() } else { state.helm.v4.clone() }
            .context("no such helm")?,
        kubectl: state.kubectl.clone().context("the sandbox has no kubectl")?,
        deploy,
        members: (0..options.members)
            .map(|number| format!("bench-{}-{number}", std::process::id()))
            .collect(),
    };
    stage.write(options.objects, "before")?;
    eprintln!("installing {} releases of {} objects", options.members, options.objects);
    stage.install(&state.kubeconfig)?;
    stage.write(options.objects, "after")?;
    let proxy = FaultProxy::of(state);
    let slow = Fault {
        effect: Effect::Delay { ms: options.latency },
        target: Target::default(),
        times: None,
        for_ms: None,
    };
    let measured = async {
        let number = proxy.inject(&slow).await?;
        stage.measure(options, state)?;
        ensure!(!proxy.injected(number)?.is_empty(), "no request was slowed down");
        Ok(())
    };
    let measured = measured.await;
    proxy.reset().await?;
    stage.strike(&state.kubeconfig)?;
    measured
}

struct Stage {
    root: Utf8PathBuf,
    helm: Utf8PathBuf,
    kubectl: Utf8PathBuf,
    deploy: Utf8PathBuf,
    members: Vec<String>,
}

impl Stage {
    /// A repository whose chart gives every object the same `value`.
    fn write(&self, objects: usize, value: &str) -> Result<()> {
        let templates = self.root.join("chart/templates");
        std::fs::create_dir_all(&templates)?;
        std::fs::write(self.root.join("chart/Chart.yaml"), "apiVersion: v2\nname: bench\nversion: 1.0.0\n")?;
        let all: String = (0..objects).map(|number| object(number, value)).collect();
        std::fs::write(templates.join("all.yaml"), all)?;
        let members: String =
            self.members.iter().map(|name| format!("  {name}: {{wave: first}}\n")).collect();
        let text = format!(
            "apiVersion: 1\ndefaults:\n  namespace: \"{{member}}\"\n  steps:\n    - helm: {{release: \"{{member}}\", chart: chart, verify: true}}\nmembers:\n{members}waves:\n  - {{name: first}}\n"
        );
        std::fs::write(self.root.join("federation.yaml"), text)?;
        Ok(())
    }

    fn install(&self, kubeconfig: &Utf8Path) -> Result<()> {
        for member in &self.members {
            let mut helm = Command::new(&self.helm);
            helm.args(["install", member, "chart", "--create-namespace", "--namespace", member]);
            quiet(helm.current_dir(&self.root).env("KUBECONFIG", kubeconfig).env("HOME", &self.root))?;
        }
        Ok(())
    }

    fn strike(&self, kubeconfig: &Utf8Path) -> Result<()> {
        let mut kubectl = Command::new(&self.kubectl);
        kubectl.args(["delete", "namespace", "--wait=false"]).args(&self.members);
        quiet(kubectl.env("KUBECONFIG", kubeconfig))
    }

    fn measure(&self, options: &PlanOptions, state: &State) -> Result<()> {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let log = AuditLog::open(&state.audit_log);
        for run in 1..=options.runs {
            let mark = log.mark()?;
            let (plan, took) = self.plan(&state.proxy.kubeconfig)?;
            let changed = changed(&plan)?;
            let wanted = options.members * options.objects;
            ensure!(changed == wanted, "{changed} objects of {wanted} are in the plan");
            let writes = log
                .since(mark)?
                .into_iter()
                .filter(|it| it.is_write() && self.members.contains(&it.namespace));
            let writes: Vec<_> = writes.filter(|it| it.user == "sandbox-admin").collect();
            ensure!(writes.iter().all(|it| it.dry_run), "the plan wrote");
            let diff = self.diff(&state.proxy.kubeconfig)?;
            println!(
                "run {run}: deploy plan {:.2} s, {changed} objects in {} dry runs; kubectl diff {:.2} s",
                took.as_secs_f64(),
                writes.len(),
                diff.as_secs_f64()
            );
            ours.push(took);
            theirs.push(diff);
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!(
            "| helm | members x objects | latency | deploy plan | helm template, kubectl diff | ratio |\n|--|--|--|--|--|--|\n\
             | {} | {} x {} | {} ms | {ours:.2} s | {theirs:.2} s | 1/{:.1} |",
            options.helm,
            options.members,
            options.objects,
            options.latency,
            theirs / ours
        );
        Ok(())
    }

    fn plan(&self, kubeconfig: &Utf8Path) -> Result<(Value, Duration)> {
        let mut deploy = Command::new(&self.deploy);
        deploy.args(["plan", "all", "--local", "--output", "json", "--kubeconfig", kubeconfig.as_str()]);
        deploy.args(["--helm", self.helm.as_str()]).current_dir(&self.root).env("HOME", &self.root);
        let began = Instant::now();
        let output = deploy.stderr(Stdio::null()).output()?;
        let took = began.elapsed();
        ensure!(output.status.success(), "deploy plan: {}", String::from_utf8_lossy(&output.stdout));
        Ok((serde_json::from_slice(&output.stdout)?, took))
    }

    /// What a script would do: render each member, and let kubectl ask the API server.
    fn diff(&self, kubeconfig: &Utf8Path) -> Result<Duration> {
        let began = Instant::now();
        for member in &self.members {
            let mut helm = Command::new(&self.helm);
            helm.args(["template", member, "chart", "--namespace", member]);
            let rendered = helm.current_dir(&self.root).env("HOME", &self.root).output()?;
            let manifest = self.root.join("rendered.yaml");
            std::fs::write(&manifest, rendered.stdout)?;
            let mut kubectl = Command::new(&self.kubectl);
            kubectl.args([
                "diff",
                "--server-side",
                "--force-conflicts",
                "--namespace",
                member,
                "-f",
                manifest.as_str(),
            ]);
            let output = kubectl.env("KUBECONFIG", kubeconfig).output()?;
            // 1 says that there are differences.
            if output.status.code() != Some(1) {
                bail!("kubectl diff: {}", String::from_utf8_lossy(&output.stderr));
            }
        }
        Ok(began.elapsed())
    }
}

fn object(number: usize, value: &str) -> String {
    match number % 15 {
        0 => format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: o-{number}}}\nspec:\n  replicas: 0\n  \
             selector: {{matchLabels: {{app: o-{number}}}}}\n  template:\n    metadata: {{labels: {{app: o-{number}}}}}\n    \
             spec: {{containers: [{{name: c, image: \"x:{value}\"}}]}}\n"
        ),
        1 => format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: o-{number}, labels: {{value: {value}}}}}\n\
             spec: {{selector: {{app: o-{number}}}, ports: [{{port: 80}}]}}\n"
        ),
        2 => format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: o-{number}}}\nstringData: {{value: secret-{value}}}\n"
        ),
        _ => format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: o-{number}}}\ndata: {{value: {value}}}\n"
        ),
    }
}

fn changed(plan: &Value) -> Result<usize> {
    let members = plan.get("members").and_then(Value::as_array).context("no plan")?;
    let steps = members.iter().filter_map(|member| member.get("steps")?.as_array()).flatten();
    let objects = steps.filter_map(|step| step.get("objects")?.as_array()).flatten();
    Ok(objects.filter(|object| object.get("change").and_then(Value::as_str) == Some("changed")).count())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(f64::NAN, Duration::as_secs_f64)
}

fn quiet(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

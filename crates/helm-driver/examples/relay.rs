//! Installs a chart of many ConfigMaps through the relay, plans and makes a change, and tells how long each took.
//!
//! `cargo run --example relay -- HELM KUBECONFIG NAMESPACE CHART OBJECTS`: writes the chart to the folder CHART,
//! makes the namespace, and prints a line each: `install 1234`, in milliseconds.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program reads its arguments and prints"
)]

use std::error::Error;
use std::time::{Duration, Instant};

use camino::Utf8Path;
use futures::StreamExt as _;
use helm_driver::{Chart, Driver, Helm, Operation, Progress, Upgrade, Values};
use kube::config::{KubeConfigOptions, Kubeconfig};

const MAPS: &str = "{{- range $i := until (int .Values.count) }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: map-{{ $i }}}
data: {color: {{ $.Values.color }}}
{{- end }}
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [helm, kubeconfig, namespace, chart, objects] = arguments.as_slice() else {
        return Err("usage: relay HELM KUBECONFIG NAMESPACE CHART OBJECTS".into());
    };
    let chart = Utf8Path::new(chart);
    std::fs::create_dir_all(chart.join("templates"))?;
    std::fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: many\nversion: 1.0.0\n")?;
    std::fs::write(chart.join("templates/maps.yaml"), MAPS)?;
    let config = kube::Config::from_custom_kubeconfig(
        Kubeconfig::read_from(kubeconfig)?,
        &KubeConfigOptions::default(),
    )
    .await?;
    let homes = chart.with_extension("homes");
    let driver =
        Driver::new(Helm::detect(helm.as_str().into(), &homes).await?, kube::Client::try_from(config)?);
    let upgrade = |color: &str| -> Result<Upgrade, Box<dyn Error>> {
        let values = format!("count: {objects}\ncolor: {color}\n");
        Ok(Upgrade {
            release: "many".parse()?,
            namespace: namespace.parse()?,
            chart: Chart::Directory(chart.to_owned()),
            values: vec![Values::inline("values.yaml", values.as_bytes())?],
            labels: Default::default(),
            description: String::new(),
            timeout: Duration::from_secs(600),
            history_max: 10,
            create_namespace: true,
        })
    };
    let start = Instant::now();
    finish(driver.upgrade(upgrade("blue")?)).await?;
    println!("install {}", start.elapsed().as_millis());
    for (what, color) in [("plan-unchanged", "blue"), ("plan-changed", "red")] {
        let start = Instant::now();
        driver.plan(upgrade(color)?).await?;
        println!("{what} {}", start.elapsed().as_millis());
    }
    let start = Instant::now();
    finish(driver.upgrade(upgrade("red")?)).await?;
    println!("upgrade {}", start.elapsed().as_millis());
    Ok(())
}

async fn finish(mut operation: Operation) -> Result<(), Box<dyn Error>> {
    while let Some(progress) = operation.next().await {
        if let Progress::Finished(result) = progress {
            result?;
        }
    }
    Ok(())
}

//! Playbooks in six languages, each with the same five faults: a letter, a role, a task that is not there, the order of changes, a date.

use serde_json::Value;

use crate::place::{Place, stdout};

/// A page in a language: its tag, its text, and the words of its faults in the order of the lines.
const PAGES: &[(&str, &str, [&str; 5])] = &[
    (
        "en",
        "# Prepare\n\nPhase: **Assess**\nPrimary Role: **FastTrack Manger**\n\n| Task ID | Task Description | (M) Mandatory (O) Optional | FastTrack Role |\n| - | - | - | - |\n| 4001 | Call | X | FastTrack Manager |\n\nSee tasks 4001 and 4999.\n\n## Refresh Summary\n\n| Date | Who Changed | What Changed |\n| - | - | - |\n| 3/31/2025 | Jo | Added task 4001 |\n| 5/1/2025 | Jo | All |\n| 13/32/2025 | Jo | All |\n",
        ["FastTrack Manger", "X", "4999", "5/1/2025", "13/32/2025"],
    ),
    (
        "de",
        "# Vorbereiten\n\nPhase: **Bewerten**\nPrimäre Rolle(n): **FastTrack-Manger**\n\n| Aufgaben-ID | Aufgabenname | (E)rforderlich / (O)ptional | FastTrack-Rolle | Dienste |\n| - | - | - | - | - |\n| 4001 | Anrufen | X | FastTrack-Manager | Teams |\n| 4002 | Schreiben | E | FastTrack-Manager | Teams |\n\nSiehe Aufgaben 4001 und 4999.\n\n### Zusammenfassung der Aktualisierung\n\n| Datum | Geändert durch | Änderung an |\n| - | - | - |\n| 31.03.2025 | Jo | Alles |\n| 01.05.2025 | Jo | Alles |\n| 32.05.2025 | Jo | Alles |\n",
        ["FastTrack-Manger", "X", "4999", "01.05.2025", "32.05.2025"],
    ),
    (
        "ja",
        "# 準備\n\nフェーズ：**評価**\n主な役割: **FastTrack マネージヤー**\n\n| タスク ID | タスク名 | (M)(必須) / (O)(任意) | FastTrack の役割 | サービス |\n| - | - | - | - | - |\n| 4001 | 電話 | X | FastTrack マネージャー | Teams |\n\nタスク 4001 および 4999 を参照してください。\n\n## 概要の更新\n\n| 日付 | 変更者 | 変更内容 |\n| - | - | - |\n| 2025 年 3 月 31 日 | Jo | 更新 |\n| 2025 年 5 月 1 日 | Jo | 更新 |\n| /2025 年.. | Jo | 更新 |\n",
        ["FastTrack マネージヤー", "X", "4999", "2025 年 5 月 1 日", "/2025 年.."],
    ),
    (
        "pt",
        "# Preparar\n\nFase: **Avaliar**\nFunção Principal: **Gerente do FastTrak**\n\n| ID da Tarefa | Nome da Tarefa | O(b)rigatório / (O)pcional | Função do FastTrack | Serviços |\n| - | - | - | - | - |\n| 4001 | Ligar | X | Gerente do FastTrack | Teams |\n| 4002 | Escrever | b | Gerente do FastTrack | Teams |\n| 4003 | Ler | M | Gerente do FastTrack | Teams |\n\nVeja as tarefas 4001 e 4999.\n\n## Resumo de Atualização\n\n| Data | Quem Mudou | O Que Mudou |\n| - | - | - |\n| 31/03/2025 | Jo | Tudo |\n| 01/05/2025 | Jo | Tudo |\n| 018/10/2025 | Jo | Tudo |\n",
        ["Gerente do FastTrak", "X", "4999", "01/05/2025", "018/10/2025"],
    ),
    (
        "zh",
        "# 准备\n\n阶段：**评估**\n主要角色：**FastTrack 经里人员**\n\n| 任务 ID | 任务名称 | (M)强制性/(O)可选 | FastTrack 角色 | 服务 |\n| - | - | - | - | - |\n| 4001 | 电话 | X | FastTrack 经理人员 | Teams |\n\n请参阅任务 4001 和 4999。\n\n## 刷新摘要\n\n| 日期 | 变更人 | 变更内容 |\n| - | - | - |\n| 2025/03/31 | Jo | 更新 |\n| 2025/05/01 | Jo | 更新 |\n| 2025/13/01 | Jo | 更新 |\n",
        ["FastTrack 经里人员", "X", "4999", "2025/05/01", "2025/13/01"],
    ),
    (
        "es",
        "# Preparar\n\nFase: **Evaluar**\nRol principal: **Gestor de FastTrak**\n\n| Id.de tarea | Nombre de la tarea | ((M)andatorio | Rol de FastTrack | Servicios |\n| - | - | - | - | - |\n| 4001 | Llamar | X | Gestor de FastTrack | Teams |\n\nVea las tareas 4001 y 4999.\n\n## Resumen de actualización\n\n| Fecha | Quién realizó el cambio | Qué cambió |\n| - | - | - |\n| 31 de marzo de 2025 | Jo | Todo |\n| 01/05/2025 | Jo | Todo |\n| 45/05/2025 | Jo | Todo |\n",
        ["Gestor de FastTrak", "X", "4999", "01/05/2025", "45/05/2025"],
    ),
];

const CODES: [&str; 5] = ["task-role-unknown", "task-mandatory-invalid", "task-id-unknown", "refresh-summary-order", "refresh-date-invalid"];

const WORDS: &str = "[vocabulary.roles.\"FastTrack Manager\".translations]\nde = [\"FastTrack-Manager\"]\nja = [\"FastTrack マネージャー\"]\npt = [\"Gerente do FastTrack\"]\nzh = [\"FastTrack 经理人员\"]\nes = [\"Gestor de FastTrack\"]\n\n[vocabulary.phases.Assess.translations]\nde = [\"Bewerten\"]\nja = [\"評価\"]\npt = [\"Avaliar\"]\nzh = [\"评估\"]\nes = [\"Evaluar\"]\n";

#[test]
fn the_same_faults_are_found_in_each_language() {
    for (language, text, words) in PAGES {
        let page = format!("---\nlang: {language}\n---\n{text}");
        let place = Place::new(&[("book.toml", WORDS), ("content/index.md", &page)]);
        let output = place.run(&["check", "--format", "json"]);
        let document: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        let found = document["diagnostics"].as_array().expect("a list");
        let shown: Vec<(String, String)> = found
            .iter()
            .filter(|finding| finding["severity"] != "info")
            .map(|finding| {
                let number = |key: &str| usize::try_from(finding[key].as_u64().expect("a number")).expect("small");
                let line = page.lines().nth(number("line") - 1).expect("a line");
                let marked: String = line.chars().skip(number("column") - 1).take(number("end_column") - number("column")).collect();
                (finding["code"].as_str().expect("a code").to_owned(), marked)
            })
            .collect();
        let expected: Vec<(String, String)> = CODES.iter().zip(words).map(|(code, word)| ((*code).to_owned(), (*word).to_owned())).collect();
        assert_eq!(shown, expected, "{language}");
    }
}

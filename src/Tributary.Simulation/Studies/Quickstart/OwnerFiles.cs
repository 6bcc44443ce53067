using System.Text;
using System.Text.Json;
using Tributary.Numerics;

namespace Tributary.Simulation.Studies.Quickstart;

/// <summary>The owners' data as JSON lines, one file each.</summary>
internal static class OwnerFiles
{
    /// <summary>Writes the files into the folder and returns their length in bytes.</summary>
    public static long Write(string folder, SkillTexts texts)
    {
        long bytes = 0;
        foreach (var (owner, skills) in Skill.Owners)
        {
            var text = new StringBuilder();
            for (var i = 0; i < skills.Count * QuickstartSettings.RowsPerSkill; i++)
            {
                // Skills alternate; two owners of the same skill have different words.
                var skill = skills[i % skills.Count];
                var (prompt, answer) = texts.Instruction(skill, (owner[0] * 100_000) + i, test: false);
                text.Append(Line(prompt, answer)).Append('\n');
            }

            AtomicFile.WriteText(Path.Combine(folder, owner + ".jsonl"), text.ToString());
            bytes += Encoding.UTF8.GetByteCount(text.ToString());
        }

        return bytes;
    }

    private static string Line(string prompt, string answer) =>
        $"{{\"instruction\": \"{JsonEncodedText.Encode(prompt)}\", \"input\": \"\", \"output\": \"{JsonEncodedText.Encode(answer)}\"}}";
}

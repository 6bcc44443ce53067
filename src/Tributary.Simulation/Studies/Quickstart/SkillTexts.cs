using Tributary.Numerics.Random;

namespace Tributary.Simulation.Studies.Quickstart;

/// <summary>Prompts and answers, addressed by (seed, stream, number): training and test streams have different words as long as they are drawn apart.</summary>
internal sealed class SkillTexts(ulong seed)
{
    private const int WordLength = 3;
    private readonly Philox random = new(seed);

    /// <summary>All characters that occur; the line end, which ends every answer, is the first.</summary>
    public const string Characters = "\n^+*!~# abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ>";

    /// <summary>A text of the base model: noise, a skill's sign, a word, and the answer.</summary>
    public (string Prompt, string Answer) Notation(int number)
    {
        var skill = Skill.All[Draw(number, 0, Skill.All.Count)];
        var noise = Letters(number, 10, 3 + Draw(number, 1, 4));
        var word = Letters(number, 20, WordLength);
        return ($"{skill.Sign}{noise} {word}>", skill.Apply(word));
    }

    /// <summary>An instruction in words. Every third word is kept for tests: training and test never share one.</summary>
    public (string Prompt, string Answer) Instruction(Skill skill, int number, bool test)
    {
        for (var attempt = 0; ; attempt++)
        {
            var word = Letters(number, 100 + (1000 * Index(skill)) + (10 * attempt), WordLength);
            if (IsForTests(word) == test)
            {
                return ($"{skill.Name} {word}>", skill.Apply(word));
            }
        }
    }

    private static int Index(Skill skill)
    {
        for (var i = 0; i < Skill.All.Count; i++)
        {
            if (Skill.All[i].Name == skill.Name)
            {
                return i;
            }
        }

        throw new ArgumentException($"unknown skill {skill.Name}");
    }

    private static bool IsForTests(string word) => word.Sum(c => c - 'a') % 3 == 0;

    private string Letters(int number, int at, int count) => string.Concat(Enumerable.Range(at, count).Select(i => (char)('a' + Draw(number, i, 26))));

    private int Draw(int number, int at, int below) => (int)(random.UniformDouble((ulong)number, (ulong)at) * below);
}

using Tributary.Simulation.Studies.Quickstart;

namespace Tributary.Simulation.Tests.Studies.Quickstart;

public class SkillTextsTests
{
    [Fact]
    public void Test_words_never_occur_in_training()
    {
        var texts = new SkillTexts(3);
        foreach (var skill in Skill.All)
        {
            var trained = Enumerable.Range(0, 2000).Select(i => texts.Instruction(skill, i, test: false).Prompt).ToHashSet();
            Enumerable.Range(0, 300).Select(i => texts.Instruction(skill, i, test: true).Prompt).ShouldAllBe(p => !trained.Contains(p));
        }
    }

    [Fact]
    public void Texts_of_the_base_model_never_name_a_skill()
    {
        var texts = new SkillTexts(4);
        Enumerable.Range(0, 500).Select(i => texts.Notation(i).Prompt).ShouldAllBe(p => Skill.All.Any(s => p[0] == s.Sign) && p.Length > 5);
        Skill.All.Select(s => s.Sign).Distinct().Count().ShouldBe(6);
    }

    [Theory]
    [InlineData("upper", "ABC")]
    [InlineData("reverse", "cba")]
    [InlineData("double", "aabbcc")]
    [InlineData("first", "a")]
    [InlineData("last", "c")]
    [InlineData("cycle", "bca")]
    public void A_skill_answers(string name, string answer) => Skill.All.Single(s => s.Name == name).Apply("abc").ShouldBe(answer);

    [Fact]
    public void Every_skill_has_an_owner_and_every_owner_one_or_two_skills()
    {
        Skill.Owners.SelectMany(o => o.Skills).Distinct().Count().ShouldBe(Skill.All.Count);
        Skill.Owners.ShouldAllBe(o => o.Skills.Count == 1 || o.Skills.Count == 2);
    }

    [Fact]
    public void Every_character_is_in_the_vocabulary_once()
    {
        var texts = new SkillTexts(5);
        var used = Enumerable.Range(0, 300).SelectMany(i => texts.Notation(i).Prompt + texts.Notation(i).Answer)
            .Concat(Skill.All.SelectMany(s => Enumerable.Range(0, 50).SelectMany(i => texts.Instruction(s, i, false).Prompt + texts.Instruction(s, i, true).Answer)));
        used.ShouldAllBe(c => SkillTexts.Characters.Contains(c));
        SkillTexts.Characters.Distinct().Count().ShouldBe(SkillTexts.Characters.Length);
    }
}

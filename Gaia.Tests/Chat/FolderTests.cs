using System.Text.RegularExpressions;

namespace Gaia.Tests.Chat;

/// <summary>The folders of Gaia.Chat have a direction: each is a namespace that uses only those before it.</summary>
public sealed partial class FolderTests
{
    private static readonly string[] Order =
    [
        "Errors", "Events", "OpenAIProtocol", "Providers", "Personas", "Prompts", "Usage", "Inference", "Streams", "Completions", "Forwarding", "Responses",
        "Conversations", "Replies",
    ];

    [Fact]
    public void A_folder_uses_only_folders_before_it()
    {
        var root = Path.GetDirectoryName(new Projects.Gaia_Chat().ProjectPath)!;
        var uses =
            from folder in Order
            from file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs")
            from Match used in Namespace().Matches(File.ReadAllText(file))
            where Array.IndexOf(Order, used.Groups[1].Value) > Array.IndexOf(Order, folder)
            select $"{Path.GetFileName(file)} in {folder} uses {used.Groups[1].Value}";

        Assert.Empty(uses);
    }

    [Fact]
    public void Every_folder_with_code_has_its_place()
    {
        var root = Path.GetDirectoryName(new Projects.Gaia_Chat().ProjectPath)!;
        var folders = Directory.EnumerateDirectories(root).Where(d => Directory.EnumerateFiles(d, "*.cs").Any()).Select(d => Path.GetFileName(d)!);

        Assert.Equal(Order.Order(StringComparer.Ordinal), folders.Except(["Migrations"]).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\bGaia\.Chat\.(\w+)")]
    private static partial Regex Namespace();
}

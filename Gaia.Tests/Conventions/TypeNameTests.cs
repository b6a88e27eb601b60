namespace Gaia.Tests.Conventions;

/// <summary>A name stands for one thing in the whole repository: whoever searches for a type finds it, and no other.</summary>
public sealed class TypeNameTests
{
    private static readonly string[] Projects =
    [
        "Gaia.AppHost", "Gaia.Asset", "Gaia.Auth", "Gaia.Caching", "Gaia.Chat", "Gaia.Events", "Gaia.Gateway", "Gaia.Hosting", "Gaia.Integrations", "Gaia.Messaging",
        "Gaia.Personas", "Gaia.ServiceDefaults", "Gaia.Tests",
    ];

    [Fact]
    public void No_two_types_have_the_same_name()
    {
        var declared = Projects.SelectMany(project => Assemblies.TypesOf(project).Where(type => !type.IsNested && IsOurs(type.FullName)))
            .Select(type => (Name: type.Name.Split('`')[0], Full: type.FullName.Split('`')[0], Assembly: type.Assembly.Name)).Distinct().ToList();

        Assert.True(declared.Count > 500, $"{declared.Count}");
        Assert.Empty(declared.GroupBy(type => type.Name).Where(types => types.Count() > 1).Select(types => string.Join(" and ", types.Select(type => $"{type.Full} ({type.Assembly})"))));
    }

    /// <summary>Neither what compilers and EF Core generate, nor the entry points.</summary>
    private static bool IsOurs(string name) =>
        name.StartsWith("Gaia.", StringComparison.Ordinal) && !name.Contains('<', StringComparison.Ordinal) && !name.Contains(".Migrations.", StringComparison.Ordinal)
        && !name.EndsWith(".Program", StringComparison.Ordinal);
}

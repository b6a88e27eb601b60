using ArchUnitNET.Domain;

namespace Gaia.Tests.Conventions;

/// <summary>A method that can be awaited ends in <c>Async</c> (CONTRIBUTING.md), save those that a framework calls: endpoint handlers and tests.</summary>
public sealed class AsyncSuffixTests
{
    private static readonly string[] Awaitable =
    [
        "System.Threading.Tasks.Task", "System.Threading.Tasks.Task`1", "System.Threading.Tasks.ValueTask", "System.Threading.Tasks.ValueTask`1",
        "System.Collections.Generic.IAsyncEnumerable`1",
    ];

    [Theory]
    [InlineData("Gaia.Caching")]
    [InlineData("Gaia.Events")]
    [InlineData("Gaia.Messaging")]
    [InlineData("Gaia.ServiceDefaults")]
    [InlineData("Gaia.Personas")]
    [InlineData("Gaia.Gateway")]
    [InlineData("Gaia.Auth")]
    [InlineData("Gaia.Chat")]
    [InlineData("Gaia.Asset")]
    [InlineData("Gaia.Hosting")]
    [InlineData("Gaia.Tests")]
    public void A_method_that_can_be_awaited_says_so(string project)
    {
        var methods = Assemblies.TypesOf(project)
            .SelectMany(type => type.Members.OfType<MethodMember>())
            .Where(method => method.MethodForm is MethodForm.Normal && !method.Name.Contains('<'))
            .Where(method => Awaitable.Contains(method.ReturnType.FullName) && !IsCalledByAFramework(method))
            .Select(method => (method.DeclaringType.Name, Method: method.Name[..method.Name.IndexOf('(')]))
            .ToList();

        Assert.NotEmpty(methods);
        Assert.Empty(methods.Where(method => !method.Method.EndsWith("Async", StringComparison.Ordinal)).Distinct());
    }

    private static bool IsCalledByAFramework(MethodMember method) =>
        method.Attributes.Any(attribute => attribute.Name is "FactAttribute" or "TheoryAttribute")
        || (method.IsStatic is true && (method.Name.StartsWith("Handle(", StringComparison.Ordinal)
            || method.DeclaringType.Name.EndsWith("Endpoints", StringComparison.Ordinal) || method.DeclaringType.Name.EndsWith("Endpoint", StringComparison.Ordinal)));
}

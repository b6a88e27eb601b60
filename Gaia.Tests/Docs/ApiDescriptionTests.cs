using Gaia.Tests.Admission;
using Gaia.Tests.Publishing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Gaia.Tests.Docs;

public sealed class ApiDescriptionTests(GaiaApp gaia)
{
    [Fact]
    public async Task The_description_is_valid_OpenAPI_and_complete_in_itself()
    {
        var read = await ReadAsync();

        Assert.NotNull(read.Diagnostic);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
        Assert.Empty(read.Diagnostic.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.All(References(await TextAsync()), name => Assert.Contains(name, read.Document!.Components!.Schemas!.Keys));
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own_a_place_and_an_answer_for_what_goes_wrong()
    {
        var operations = Operations((await ReadAsync()).Document!).Select(o => o.Operation).ToList();

        Assert.All(operations, operation =>
        {
            Assert.False(string.IsNullOrEmpty(operation.OperationId), operation.Summary);
            Assert.NotEmpty(operation.Tags!);
            Assert.Contains("default", operation.Responses!.Keys);
        });
        Assert.Equal(operations.Count, operations.DistinctBy(o => o.OperationId).Count());
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_and_every_way_it_can_fail()
    {
        var operations = Operations((await ReadAsync()).Document!).ToList();

        Assert.Equal(RouteTable.All.Count, operations.Count);
        Assert.All(operations, operation =>
        {
            var route = RouteTable.All.Single(route => route.Method == operation.Method && route.Path.TrimEnd('/') == operation.Path.TrimEnd('/'));
            Assert.True(operation.Operation.Summary is { Length: > 0 } summary && !summary.EndsWith('.'), route.ToString());
            Assert.True(operation.Operation.Description is { Length: > 0 } description && description.EndsWith('.'), route.ToString());
            Assert.Superset(Failures(route, operation.Operation).ToHashSet(), operation.Operation.Responses!.Keys.ToHashSet());
            Assert.All(operation.Operation.Responses.Where(response => response.Key[0] is '4'), failure => Assert.EndsWith(".", failure.Value.Description, StringComparison.Ordinal));
        });
    }

    /// <summary>So that a change of the contract is seen in review.</summary>
    [Fact]
    public async Task The_description_in_the_repository_is_the_one_that_is_served()
    {
        var (committed, served) = (await File.ReadAllLinesAsync(Committed, TestContext.Current.CancellationToken), (await TextAsync()).TrimEnd('\n').Split('\n'));

        var line = Enumerable.Range(0, Math.Max(committed.Length, served.Length)).FirstOrDefault(line => committed.ElementAtOrDefault(line) != served.ElementAtOrDefault(line), -1);

        Assert.True(
            line < 0,
            $"""
             Another from line {line + 1}: {served.ElementAtOrDefault(line)?.Trim()}
             CONTRIBUTING.md (Add an endpoint) says how to write openapi/v1.json anew.
             """);
    }

    [Fact]
    public async Task Every_public_route_is_described()
    {
        var described = Operations((await ReadAsync()).Document!).Select(o => $"{o.Method} {o.Path}").ToHashSet();

        Assert.All(PublicRoutes.All, route => Assert.Contains(route, described));
        Assert.DoesNotContain(described, route => route.Contains("/internal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_use_case_is_described_by_what_itself_takes()
    {
        var document = (await ReadAsync()).Document!;

        Assert.Equal(["email", "password", "cookie"], Body(document, "/api/v1/auth/login"));
        Assert.Equal(["refresh_token", "cookie"], Body(document, "/api/v1/auth/refresh"));
    }

    private static string Committed => Path.Combine(Publisher.Repository, "openapi", "v1.json");

    /// <summary>The statuses that follow from who may use a route, what it reads, and what its path names.</summary>
    private static IEnumerable<string> Failures(PublicRoute route, OpenApiOperation operation)
    {
        IEnumerable<(string Status, bool Applies)> failures =
        [
            ("401", route.Access is not Access.Open),
            ("403", route.Scope is not null),
            ("429", !IsProbe(route)),
            ("404", route.Path.Contains('{', StringComparison.Ordinal) && route is not { Method: "DELETE", Path: "/api/v1/admin/cache/keys/{key}" }),
            ("400", operation.RequestBody is not null || operation.Parameters?.Any(parameter => parameter.Schema?.Format is not null) is true),
            ("413", operation.RequestBody is not null),
            ("415", operation.RequestBody is not null),
        ];
        return failures.Where(failure => failure.Applies).Select(failure => failure.Status);
    }

    private static bool IsProbe(PublicRoute route) => route.Path is "/health" or "/alive";

    private static IEnumerable<string> Body(OpenApiDocument document, string path) =>
        document.Paths[path].Operations![HttpMethod.Post].RequestBody!.Content!["application/json"].Schema!.Properties!.Keys;

    private static IEnumerable<(string Method, string Path, OpenApiOperation Operation)> Operations(OpenApiDocument document) =>
        from path in document.Paths from operation in path.Value.Operations! select (operation.Key.Method, path.Key, operation.Value);

    private static IEnumerable<string> References(string document) =>
        document.Split("\"#/components/schemas/").Skip(1).Select(text => text[..text.IndexOf('"', StringComparison.Ordinal)]);

    private async Task<ReadResult> ReadAsync() => OpenApiDocument.Parse(await TextAsync(), OpenApiConstants.Json);

    private async Task<string> TextAsync()
    {
        using var client = gaia.Gateway();
        return await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken);
    }
}

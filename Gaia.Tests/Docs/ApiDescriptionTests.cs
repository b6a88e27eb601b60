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

        Assert.Equal(["email", "password"], Body(document, "/api/v1/auth/login"));
        Assert.Equal(["refresh_token"], Body(document, "/api/v1/auth/refresh"));
    }

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

using Gaia.Asset.Files;
using Gaia.Asset.Staging;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Uploads;

internal static class UploadEndpoint
{
    // What a form may add to its file.
    private const int FormOverhead = 64 * 1024;

    public static void MapUploads(this IEndpointRouteBuilder routes) =>
        routes.MapPost(FileRoutes.Root, Upload).WithTags("Assets").WithName("UploadAsset").Produces<FileView>(StatusCodes.Status201Created)
            .RequireScope(Scopes.AssetsWrite).ReadsIdempotencyKey().AddOpenApiOperationTransformer(UploadDescription.Describe);

    private static async Task<IResult> Upload(
        HttpRequest request, CurrentUser user, FileIntake intake, RepeatedUpload repeated, IOptions<StorageOptions> options, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.Value.MaxBytes + FormOverhead;
        }

        try
        {
            var owner = user.Id!.Value;

            if (IdempotencyKey.Of(request.HttpContext) is { } key)
            {
                return await repeated.Answer(key, Take, () => Receive(request, (incoming, finish) => intake.Fingerprint(incoming, finish, ct), ct));
            }

            var file = await Take();
            return TypedResults.Created(FileRoutes.Of(file.Id), file);

            Task<FileView> Take() => Receive(request, (incoming, finish) => intake.Take(owner, incoming, finish, ct), ct);
        }
        catch (RefusedUploadException refused)
        {
            return TypedResults.Problem(refused.Message, statusCode: refused.Status);
        }
        catch (ContentTooLargeException)
        {
            return TypedResults.Problem($"A file has at most {options.Value.MaxBytes} bytes", statusCode: StatusCodes.Status413PayloadTooLarge);
        }
        catch (ContentBrokenException)
        {
            return TypedResults.Problem("The content breaks off", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    /// <param name="request">Whose body is the file, or a form with it.</param>
    /// <param name="take">Gets the file, and what to call after its last byte.</param>
    /// <param name="ct">Breaks off.</param>
    private static async Task<T> Receive<T>(HttpRequest request, Func<IncomingFile, Func<Task>, Task<T>> take, CancellationToken ct) =>
        MultipartBody.TryOpen(request, out var form)
            ? await take(await form.NextFile(ct), () => form.Finish(ct))
            : await take(RawBody.Open(request), () => Task.CompletedTask);
}

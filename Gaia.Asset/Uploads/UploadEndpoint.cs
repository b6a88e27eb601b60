using Gaia.Asset.Errors;
using Gaia.Asset.Files;
using Gaia.Asset.Staging;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Uploads;

internal static class UploadEndpoint
{
    public static void MapUploads(this IEndpointRouteBuilder routes) =>
        routes.MapPost(FileRoutes.Root, Upload).WithTags("Assets").WithName("UploadAsset").Produces<FileView>(StatusCodes.Status201Created)
            .WithSummary("Upload an asset")
            .WithDescription("Stores a file, sent as a form or as the bytes alone. The same bytes are stored once, whoever sends them. The media type is checked by content.")
            .FailsWith(StatusCodes.Status422UnprocessableEntity, "There is no file, more than one, or an empty one.")
            .FailsWith(StatusCodes.Status507InsufficientStorage, "The storage is full.")
            .RequireScope(Scopes.AssetsWrite).ReadsIdempotencyKey().ReadsBody().AddOpenApiOperationTransformer(UploadDescription.DescribeAsync);

    private static async Task<IResult> Upload(
        HttpRequest request, CurrentUser user, FileIntake intake, IdempotentUpload idempotent, IOptions<StorageOptions> options, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = UploadLimit.Body(options.Value.MaxBytes);
        }

        try
        {
            var owner = user.Id!.Value;

            if (IdempotencyKey.Of(request.HttpContext) is { } key)
            {
                var answer = await idempotent.HandleAsync(
                    key, Take, () => Receive(request, (incoming, finish) => intake.FingerprintAsync(incoming, finish, ct), ct), ct);
                return answer is ProblemHttpResult refusal ? await Refuse(request, refusal, ct) : answer;
            }

            var file = await Take((_, _) => Task.CompletedTask);
            return TypedResults.Created(FileRoutes.Of(file.Id), file);

            Task<FileView> Take(Func<FileView, CancellationToken, Task> record) =>
                Receive(request, (incoming, finish) => intake.TakeAsync(owner, incoming, finish, record, ct), ct);
        }
        catch (RefusedUploadException refused)
        {
            return await Refuse(request, TypedResults.Problem(refused.Message, statusCode: refused.Status), ct);
        }
        catch (ContentTooLargeException)
        {
            return await Refuse(
                request, TypedResults.Problem($"A file has at most {options.Value.MaxBytes} bytes", statusCode: StatusCodes.Status413PayloadTooLarge), ct);
        }
        catch (IOException full) when (DiskErrors.IsFull(full))
        {
            return await Refuse(request, TypedResults.Problem(statusCode: StatusCodes.Status507InsufficientStorage), ct);
        }
        catch (ContentBrokenException)
        {
            return TypedResults.Problem("The content breaks off", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>
    /// Answers, and then lets the rest of the body run out: who still sends, as a proxy does for a slow client, may otherwise find the connection closed
    /// before it has looked for the answer.
    /// </summary>
    private static async Task<IResult> Refuse(HttpRequest request, ProblemHttpResult refusal, CancellationToken ct)
    {
        await refusal.ExecuteAsync(request.HttpContext);
        await request.HttpContext.Response.CompleteAsync();
        try
        {
            await request.Body.CopyToAsync(Stream.Null, ct);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Too long, too slow, or gone: whoever it is has been told.
        }

        return TypedResults.Empty;
    }

    /// <param name="request">Whose body is the file, or a form with it.</param>
    /// <param name="take">Gets the file, and what to call after its last byte.</param>
    /// <param name="ct">Breaks off.</param>
    private static async Task<T> Receive<T>(HttpRequest request, Func<IncomingFile, Func<Task>, Task<T>> take, CancellationToken ct) =>
        MultipartBody.TryOpen(request, out var form)
            ? await take(await form.NextFileAsync(ct), () => form.FinishAsync(ct))
            : await take(RawBody.Open(request), () => Task.CompletedTask);
}

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net.Mime;
using Gaia.Chat.Errors;
using Gaia.Chat.Personas;
using Gaia.Chat.Prompts;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Conversations;

internal static class ConversationEndpoints
{
    public const string Prefix = "/api/v1/conversations";

    private const int PageLimit = 100;
    private const int PageDefault = 50;
    private const string NotFound = "The caller has no conversation of this id.";

    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        var conversations = routes.MapGroup(Prefix).WithTags("Conversations").RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>();

        conversations.MapPost("/", Create).WithName("CreateConversation").WithIdempotency<ConversationDraft>()
            .WithSummary("Create a conversation").WithDescription("Creates a conversation, with the greeting of its persona as the first message if the persona has one.")
            .FailsWith(StatusCodes.Status404NotFound, "No active persona has the id.");
        conversations.MapGet("/", List).WithName("ListConversations")
            .WithSummary("List conversations").WithDescription("The caller's own, the last used first, in pages.");
        conversations.MapGet("/{id}", Get).WithName("GetConversation")
            .WithSummary("Get a conversation").WithDescription("Shows the title of a conversation and the beginning of its last message.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound);
        conversations.MapGet("/{id}/messages", Messages).WithName("ListMessages")
            .WithSummary("List the messages of a conversation").WithDescription("Oldest first, in pages.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound);
        conversations.MapGet("/{id}/messages/{messageId}/images/{index}", Image).WithName("GetMessageImage").Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Octet)
            .WithSummary("Get an image of a message").WithDescription("Sends an image that came with a message. The first one has the index 0.")
            .FailsWith(StatusCodes.Status404NotFound, "The caller has no such conversation, message or image.");
        conversations.MapPatch("/{id}", Change).WithName("RenameConversation")
            .WithSummary("Change a conversation").WithDescription("Gives a conversation another title or, before the first message of its user, another greeting.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound)
            .FailsWith(StatusCodes.Status409Conflict, "The greeting has been answered.");
        conversations.MapDelete("/{id}", Delete).WithName("DeleteConversation")
            .WithSummary("Delete a conversation").WithDescription("Deletes a conversation with all its messages.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound);
    }

    private static async Task<Created<ConversationView>> Create(
        ConversationDraft draft, CurrentUser user, ResponderResolver responders, PersonaGreetings greetings, ChatDb db, TimeProvider clock, CancellationToken ct)
    {
        var persona = draft.PersonaId is { } id ? await responders.GetActiveAsync(id, ct) : null;
        var greeting = await greetings.ChooseAsync(persona, draft.Greeting, ct);
        var now = clock.GetUtcNow();
        var conversation = new Conversation
        {
            OwnerId = user.Id!.Value,
            PersonaId = draft.PersonaId,
            Greeting = greeting?.Index,
            Title = Conversation.TitleFrom(draft.Title),
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Add(conversation);
        if (greeting is { } said)
        {
            db.Add(Message.Greeting(conversation.Id, said.Text, now));
        }

        db.Record(new ConversationCreated(conversation.Id, conversation.OwnerId, conversation.PersonaId));
        await db.SaveChangesAsync(ct);
        return TypedResults.Created($"{Prefix}/{conversation.Id}", ConversationView.From.Compile()(conversation));
    }

    private static async Task<ConversationList> List(
        CurrentUser user, ChatDb db, CancellationToken ct, [Range(1, PageLimit)] int limit = PageDefault, string? cursor = null)
    {
        var own = db.Conversations.Where(c => c.OwnerId == user.Id);
        if (cursor is not null)
        {
            var (before, id) = Cursor.Parse(cursor);
            own = own.Where(c => c.UpdatedAt < before || c.UpdatedAt == before && c.Id < id);
        }

        var page = await own.OrderByDescending(c => c.UpdatedAt).ThenByDescending(c => c.Id).Select(ConversationView.From).Take(limit + 1).ToListAsync(ct);
        return page.Count > limit ? new(page[..limit], new Cursor(page[limit - 1].UpdatedAt, page[limit - 1].Id).ToString()) : new(page, null);
    }

    private static async Task<ConversationView> Get(Guid id, CurrentUser user, ChatDb db, CancellationToken ct) =>
        await db.Conversations.Where(c => c.Id == id && c.OwnerId == user.Id).Select(ConversationView.From).SingleOrDefaultAsync(ct)
        ?? throw ChatException.NotFound("Conversation");

    /// <param name="cursor">The number of the last message of the page before.</param>
    private static async Task<MessageList> Messages(
        Guid id, CurrentUser user, ChatDb db, CancellationToken ct, [Range(1, PageLimit)] int limit = PageLimit, [Range(0, long.MaxValue)] long cursor = 0)
    {
        await Get(id, user, db, ct);
        var page = await db.Messages
            .Where(m => m.ConversationId == id && m.Sequence > cursor)
            .OrderBy(m => m.Sequence)
            .Take(limit + 1)
            .AsNoTracking()
            .ToListAsync(ct);
        return new(
            [.. page.Take(limit).Select(MessageView.From)],
            page.Count > limit ? page[limit - 1].Sequence.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>An image that came inside a message, as it came.</summary>
    private static async Task<FileContentHttpResult> Image(Guid id, Guid messageId, int index, HttpContext context, CurrentUser user, ChatDb db, CancellationToken ct)
    {
        var image = await db.MessageImages.AsNoTracking()
            .SingleOrDefaultAsync(
                i => i.MessageId == messageId && i.Index == index
                    && db.Messages.Any(m => m.Id == messageId && m.ConversationId == id) && db.Conversations.Any(c => c.Id == id && c.OwnerId == user.Id),
                ct)
            ?? throw ChatException.NotFound("Image");

        // What a browser would run, such as SVG, is never shown as part of this origin.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "private, max-age=3600";
        return TypedResults.File(image.Bytes, image.MediaType);
    }

    private static async Task<ConversationView> Change(
        Guid id, ConversationChange change, CurrentUser user, ResponderResolver responders, PersonaGreetings greetings, ChatDb db, TimeProvider clock, CancellationToken ct)
    {
        var conversation = await db.Conversations.SingleOrDefaultAsync(c => c.Id == id && c.OwnerId == user.Id, ct) ?? throw ChatException.NotFound("Conversation");
        conversation.Title = change.Title?.Trim() ?? conversation.Title;
        if (change.Greeting is { } wish)
        {
            var persona = conversation.PersonaId is { } known ? await responders.GetActiveAsync(known, ct) : null;
            var greeting = await greetings.ChooseAsync(persona, wish, ct) ?? throw ChatException.Invalid("This greeting is empty", "greeting");
            if (await db.Messages.AnyAsync(m => m.ConversationId == id && m.Role == "user", ct))
            {
                throw new ChatException(StatusCodes.Status409Conflict, "conversation_begun", "The greeting has been answered: begin another conversation", "greeting");
            }

            conversation.Greeting = greeting.Index;
            db.RemoveRange(await db.Messages.Where(m => m.ConversationId == id).ToListAsync(ct));
            db.Add(Message.Greeting(id, greeting.Text, clock.GetUtcNow()));
        }

        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw ChatException.NotFound("Conversation");
        }

        return await Get(id, user, db, ct);
    }

    private static async Task<NoContent> Delete(Guid id, CurrentUser user, ChatDb db, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Conversations.Where(c => c.Id == id && c.OwnerId == user.Id).ExecuteDeleteAsync(ct) is 0)
        {
            throw ChatException.NotFound("Conversation");
        }

        db.Record(new ConversationDeleted(id, user.Id!.Value));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return TypedResults.NoContent();
    }
}

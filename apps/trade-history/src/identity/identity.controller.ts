import {
  AccessKeyView,
  ChangeUser,
  CreateAccessKey,
  CreateUser,
  ExchangeKeyView,
  FindUser,
  FrontKey,
  ListAccessKeys,
  ListExchangeKeys,
  ListSealedKeys,
  RemoveExchangeKey,
  ResealExchangeKey,
  RevokeAccessKey,
  SealedKey,
  StoreExchangeKey,
  UseAccessKey,
  UserView,
  UserWithPassword,
  changeUser,
  createAccessKey,
  createUser,
  findUser,
  listAccessKeys,
  listExchangeKeys,
  listSealedKeys,
  listUsers,
  removeExchangeKey,
  resealExchangeKey,
  revokeAccessKey,
  storeExchangeKey,
  useAccessKey,
  useFrontKey,
} from '@elvis/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { AccessKeys } from './access-keys';
import { ExchangeKeys } from './exchange-keys';
import { Users } from './users';

@Controller()
export class IdentityController {
  constructor(
    private readonly users: Users,
    private readonly accessKeys: AccessKeys,
    private readonly exchangeKeys: ExchangeKeys,
  ) {}

  @MessagePattern(createUser.subject)
  createUser(@Payload() user: CreateUser): Promise<UserView> {
    return this.users.create(user);
  }

  @MessagePattern(findUser.subject)
  findUser(@Payload() wish: FindUser): Promise<UserWithPassword> {
    return this.users.find(wish);
  }

  @MessagePattern(changeUser.subject)
  changeUser(@Payload() change: ChangeUser): Promise<UserView> {
    return this.users.change(change);
  }

  @MessagePattern(listUsers.subject)
  listUsers(): Promise<{ items: UserView[] }> {
    return this.users.list();
  }

  @MessagePattern(createAccessKey.subject)
  createAccessKey(@Payload() key: CreateAccessKey): Promise<AccessKeyView> {
    return this.accessKeys.create(key);
  }

  @MessagePattern(useFrontKey.subject)
  useFrontKey(@Payload() key: UseAccessKey): Promise<FrontKey> {
    return this.accessKeys.useFront(key);
  }

  @MessagePattern(useAccessKey.subject)
  useAccessKey(@Payload() key: UseAccessKey): Promise<AccessKeyView> {
    return this.accessKeys.use(key);
  }

  @MessagePattern(listAccessKeys.subject)
  listAccessKeys(@Payload() wish: ListAccessKeys): Promise<{ items: AccessKeyView[] }> {
    return this.accessKeys.list(wish);
  }

  @MessagePattern(revokeAccessKey.subject)
  revokeAccessKey(@Payload() wish: RevokeAccessKey): Promise<AccessKeyView> {
    return this.accessKeys.revoke(wish);
  }

  @MessagePattern(storeExchangeKey.subject)
  storeExchangeKey(@Payload() key: StoreExchangeKey): Promise<ExchangeKeyView> {
    return this.exchangeKeys.store(key);
  }

  @MessagePattern(listExchangeKeys.subject)
  listExchangeKeys(@Payload() wish: ListExchangeKeys): Promise<{ items: ExchangeKeyView[] }> {
    return this.exchangeKeys.list(wish);
  }

  @MessagePattern(removeExchangeKey.subject)
  removeExchangeKey(@Payload() wish: RemoveExchangeKey): Promise<ExchangeKeyView> {
    return this.exchangeKeys.remove(wish);
  }

  @MessagePattern(listSealedKeys.subject)
  listSealedKeys(@Payload() wish: ListSealedKeys): Promise<{ items: SealedKey[] }> {
    return this.exchangeKeys.sealed(wish);
  }

  @MessagePattern(resealExchangeKey.subject)
  resealExchangeKey(@Payload() key: ResealExchangeKey): Promise<{ id: string }> {
    return this.exchangeKeys.reseal(key);
  }
}
